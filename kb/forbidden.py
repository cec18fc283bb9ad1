"""What no text of ours may say, and how to tell advice from a warning or a report. Plain Python; the only list of it.

A match of a pattern is not yet a mistake: "不要拆机" forbids it, "网上说可以换磁头，我们不采用" reports and rejects it. Three
verdicts keep them apart; who asks decides what a report is worth.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Rule(StrEnum):
    """Kinds of forbidden sentences; the order is that of their patterns."""

    SELF_REPAIR = "self-repair"
    HAND_KEYED = "hand-keyed"
    SECOND_PAYMENT = "second-payment"
    SPLIT_AMOUNT = "split-amount"
    PASSWORD = "operator-password"  # noqa: S105 - the name of a rule
    CONFISCATION = "confiscation"
    FIGURE = "figure"
    REFUND_DAYS = "refund-days"
    UNIVERSAL_CODE = "universal-code"
    BRAND_PRAISE = "brand-praise"
    PRIVATE_CONTACT = "private-contact"


#: Statements of fact that nobody can stand for; the other rules are about advice.
CLAIMS: Final = frozenset({Rule.FIGURE, Rule.REFUND_DAYS, Rule.UNIVERSAL_CODE, Rule.BRAND_PRAISE})
#: What a screen or an old table may be quoted with, where the same entry says elsewhere that one must not do it.
QUOTABLE: Final = frozenset({Rule.HAND_KEYED, Rule.SECOND_PAYMENT, Rule.SPLIT_AMOUNT, Rule.CONFISCATION})


class Verdict(StrEnum):
    SAID = "said"  # as our own advice or claim
    REPORTED = "reported"  # as what a screen, a table or somebody else says, without a word against it in the same line
    REJECTED = "rejected"  # forbidden, rejected, or told as what happened or what only a technician does


@dataclass(frozen=True, slots=True)
class Match:
    """Words that match a rule's pattern; `start` counts characters from the beginning of the text."""

    rule: Rule
    words: str
    start: int
    verdict: Verdict


def offences(matches: Iterable[Match], *, rejected: Collection[Rule] = ()) -> list[Match]:
    """Those of an entry's `matches` that may not stand; `rejected` are rules that its other texts speak against."""
    known = list(matches)
    against = {match.rule for match in known if match.verdict is Verdict.REJECTED} | set(rejected)
    return [
        match
        for match in known
        if match.verdict is Verdict.SAID
        or (match.verdict is Verdict.REPORTED and not (match.rule in QUOTABLE and match.rule in against))
    ]


# Every run has an upper bound and, where a pattern begins with it, nothing of its kind before it: a pasted file of digits
# costs no more than one of words.
_HAN_DIGITS = "一二两三四五六七八九十百千万几"
_NUMBER = rf"(?:\d{{1,9}}(?:\.\d{{1,4}})?|[{_HAN_DIGITS}]{{1,8}})"
_DAYS = r"(?:\d{1,4}|[一二两三四五六七八九十]{1,4})"
_SPAN = rf"{_DAYS}\s{{0,2}}个?\s{{0,2}}(?:(?:到|至|[-~—–～、])\s{{0,2}}{_DAYS}\s{{0,2}})?个?"
_LIFE = rf"{_NUMBER}\s{{0,2}}(?:多|余|来|几)?(?:万|千)?\s{{0,2}}(?:次(?!性)|年|张|个月)"
_NEXT_DAYS = r"(?:[Tt]\s?[+＋]\s?\d|第[二三四五六七]天|次日|隔天|隔日|明天|后天|当天|[一两几]天(?=就|会|能))"
_CASE = r"(?:机壳|外壳|后盖|底盖|底壳|背板|机身|机盖|主机)"
_MESSENGERS = r"微信(?!支付|付|收|扫)|威信|薇信|扣扣|QQ|VX|V信|(?<![A-Za-z])V(?![A-Za-z])"
_NAMED = r"(?:号码?|群号?)?(?:是|为|[:：])?\s{0,2}[A-Za-z0-9_-]{5,20}"
_INSIDE = r"(?:磁头|主板|电路板|读卡头)"  # a reader may also stand beside the terminal, and be changed by the shop
_MAKERS = r"(?:百富|新大陆|联迪|惠尔丰|新国都|升腾|Verifone|Ingenico|PAX|NEWPOS|POS\s?机?|品牌)"

# Says nothing of a card: it is good advice wherever nothing was paid ("换一个网络再试"), and a second payment elsewhere.
_ONCE_MORE = r"再(?:来|试|付)(?:一次|一遍|一下|一回|一笔|试)|再[试付]|重新收款?"
_IS_ONCE_MORE = re.compile(_ONCE_MORE)

PATTERNS: Final[Mapping[Rule, re.Pattern[str]]] = {
    Rule.SELF_REPAIR: re.compile(
        rf"(?<!防)拆(?:开|机(?!自毁)|壳|下|掉|盖|解|卸|了看|出)|(?:打|揭|掀)开[^，。；、]{{0,6}}{_CASE}|(?:卸|取)(?:下|掉){_CASE}"
        rf"|打开机器(?:看|检查|内部|里面)|{_CASE}(?:拆|打开|撬|卸)|撬|拧(?:开|下|松|掉)|卸(?:下|掉)?螺丝"
        r"|(?:换|更换|自换|清洗|打磨)(?:掉|上|成|一个|个|新的?|好的?){0,3}(?:磁头|主板|电路板|读卡器|读卡头)"
        rf"|{_INSIDE}[^，。；]{{0,8}}(?:自己|自行)[^，。；]{{0,4}}换|{_INSIDE}(?:直接|先|就)?(?:换|更换)(?:掉|上|了(?!没)|成|一个|一下|个|新)|买(?:一?个|新的?|好的?){{0,2}}{_INSIDE}"
        r"|喷(?!墨)|砂纸|橡皮擦|电吹风|吹风机"
        r"|破解|刷机|越狱|解锁(?:机器|终端|密钥|码|密码)|(?:自己|自行)解锁|(?:解除|重置|清除|恢复|消除)防拆"
        r"|短接(?:防拆|触点|电池)|密码就能(?:恢复|解开|解锁)"
    ),
    Rule.HAND_KEYED: re.compile(
        r"手(?:工|动)?输入?(?:银行)?卡号|(?:输入|键入|敲入|敲)(?:顾客|客人|持卡人|完整|这张|那张|他|她)?的?(?:银行|信用)?卡?的?卡号"
    ),
    Rule.SECOND_PAYMENT: re.compile(
        r"重刷(?:一次|一遍|一下|一笔|一回|几次|几遍|两次|试|卡)?|(?:再|连)刷(?:一次|一遍|一下|一笔|一回|几次|几遍|两次|试|卡)"
        r"|多刷(?:几次|几遍|两次|试)|多刷一[次遍](?!才)|反复刷|(?:重新|再次|重复|继续)(?:刷卡|刷一|刷几)"
        rf"|再收(?:一次|一遍|一笔|一回)|{_ONCE_MORE}"
    ),
    Rule.SPLIT_AMOUNT: re.compile(
        r"[分拆]成?(?:几|两|多|三|若干)(?:笔|次(?=刷|收))|(?:分开|拆开|分批|分次)来?[刷收](?!的)|大额[^，。；]{0,4}[分拆](?:开|成|批|次|着)"
    ),
    Rule.PASSWORD: re.compile(
        r"(?:主管|管理员|操作员|柜员|默认|初始|出厂|签到)密码(?!.{0,4}(?:问|找|由))"
        r"|(?:主管|管理员|操作员|柜员)号?[^，。；]{0,8}密码[^，。；]{0,6}\d{3,}|密码(?:是|为|都是|一般是|多为|默认|[:：])?\s{0,2}\d{4,8}(?!\d)"
    ),
    Rule.CONFISCATION: re.compile(
        r"(?<!收)没收(?![到成过好钱款完着齐收不几一到])|扣(?:下|留|住|押|走)?(?:这张|那张|这位|他的|顾客的?|人家的?|持卡人的?)?卡(?![里号尾上内])"
        r"|把(?:这张|那张|顾客的?|他的)?卡(?:片)?(?:扣|收|留)(?:下|走|住|起)|收走[^，。；]{0,5}卡|卡片?(?:先|就|要)?(?:留|扣|收)(?:下|住|走|起来)(?:[，、]?先?(?:别|不|不要|不用)还给?(?:顾客|客人|他|人家|持卡人)?)?|剪(?:掉|断|坏)?[^，。；]{0,3}卡(?![口槽])"
    ),
    Rule.FIGURE: re.compile(
        rf"(?<![\d.])\d{{1,9}}(?:\.\d{{1,4}})?\s{{0,2}}[%％]|百分之{_NUMBER}|[一二三四五六七八九]成(?:以上|左右|多|都是|(?:的|是)(?=[^，。；]{{0,6}}(?:故障|毛病|问题|情况|坏|原因)))"
        r"|(?<!\d)\d{1,9}\s{0,2}(?:℃|°\s?C|摄氏度|华氏度)|摄氏[零下]{0,2}\d{1,9}"
        rf"|(?:温度|气温|室温|零下|低温|高温)[^，。；]{{0,10}}?{_NUMBER}\s{{0,2}}度"
        rf"|(?:磁头|读卡器|读卡头|卡槽|打印头)[^。；]{{0,16}}?(?:能用|可用|可以用|用|刷|使用|耐用|寿命)[^。；]{{0,8}}?{_LIFE}|寿命[^。；]{{0,10}}?{_LIFE}"
    ),
    Rule.REFUND_DAYS: re.compile(
        rf"(?:退款|退货|退回|退还|退到|原路|冲正|到账|返还)[^。；]{{0,18}}?{_SPAN}(?:工作日|自然日|天(?![要能收里])|日内|小时)"
        rf"|(?<![第\d{_HAN_DIGITS}]){_SPAN}(?:工作日|自然日|天|日|小时)(?:之?内|以内|左右|后)?[^，。；]{{0,6}}(?:退回|退还|退款|到账|原路|返还)"
        rf"|{_NEXT_DAYS}(?:就|会|能|可以|之内|内|以内|左右|一般|自动|即可|钱){{0,3}}(?:退回|退还|退款|退到|到账|返还|原路)(?!的)"
    ),
    Rule.UNIVERSAL_CODE: re.compile(
        r"E-?324[”」』）)\s]{0,3}(?:错误代码|故障代码|故障码|错误|代码|报错|这个代码|这个码|一般|通常|多半|往往|其实|可能|也|都|只|就){0,3}\s?"
        r"(?:[，,]?(?:就)?(?:表示|代表|意味着|说明)|是指|指的(?:就)?是|的?(?:意思|含义)(?:就)?是|即为?|属于"
        r"|是(?!什么|不是|哪|谁|怎么|否|网上|一条线索|线索)|[:：=＝](?!\s?(?:说法|网上|有|某|没|不|各|三|两|先|什么|怎么|$)))"
    ),
    Rule.BRAND_PRAISE: re.compile(
        r"点击网址|免费(?:领取|申请)|个人免费|全国知名|最有实力|(?:行业|全国|国内)(?:第一|领先|龙头)|十大(?:品牌|POS)|排行榜|强烈推荐|推荐(?:办理|使用|选择?)"
        r"|最(?:安全|靠谱|可靠|正规|权威|好用|放心)的?(?:一款|一家|一种|几款|几家)?(?:品牌|牌子|机器|终端|刷卡机|POS|pos|支付公司|收单机构|厂家|公司|产品)"
        rf"|{_MAKERS}[^，。；]{{0,10}}(?:最(?:安全|靠谱|可靠|正规|好用|放心|稳定|耐用)|更(?:安全|靠谱|可靠|放心)|首选|值得信赖)"
        r"|(?:比别家|比其他品牌)[^，。；]{0,6}(?:安全|靠谱|可靠)"
    ),
    Rule.PRIVATE_CONTACT: re.compile(
        rf"(?:加|添加)(?:我|他|客服|老师|经理|这个)?的?(?:{_MESSENGERS})(?:{_NAMED})?|(?:{_MESSENGERS}){_NAMED}",
        re.IGNORECASE,
    ),
}

_LINES = re.compile(r"[^\n]+")
_SENTENCES = re.compile(r"[^。！？!?；\n]+")
_NEAR = 200  # characters around a match that are read: no sentence is longer, and a pasted file costs no more for it

# Forbids what follows in its clause. What only calms ("别急", "不要紧") forbids nothing, and 特别 or 别的 is no 别.
_FORBID = (
    r"(?:不要(?!紧|急|着急|慌|怕|担心|忙)|不得(?!不)|不许|不准|不可以|不让|不该|不应|勿|严禁|禁止|切忌|从不|绝不|杜绝"
    r"|(?<![特分级识区个类辨差性])别(?!的|人|家|处|名|急|慌|怕|着急|担心|忙))"
)
_PROHIBITION = re.compile(_FORBID)
# "别为了凑数，分几次收" forbids the next clause.
_FOR_A_PURPOSE = re.compile(rf"{_FORBID}.{{0,4}}(?:为了|因为|图|嫌)")
# Denies what follows in its clause, unless it is only a condition: "不能刷就再刷一次" says do it.
_DENIAL = re.compile(
    r"(?:不(?!行|好|了|灵|到|出|通|上|亮|动|成|对|稳|足|够|准|清|同|明)[^就再才时后]{0,8}|没有?[再去能让敢]?|未|从未.?|无需|不再|用不着|谈不上)$"
)
_FIGURE_DENIED = re.compile(r"(?:没有|并非|不写|不信|别信|不给)[^，,。]{0,4}$")
_BY_OTHERS = re.compile(r"技术员|技术人员|技术支持|维修|厂家|师傅|售后|工程师|被|有人|谁|曾|是不是|有没有|他们")
_ONESELF = re.compile(r"自己|自行|您|商户|店员")
_LEFT_TO_OTHERS = re.compile(
    r"^[^，,。]{0,16}(?:由|归|交给?|请|让|只有|都是|留给)[^，,。]{0,14}(?:技术|厂家|维修|师傅|售后|收单机构|他们)"
)
_HAPPENED = re.compile(r"^(?:[^，,。]{0,4})过(?!程)")
# What comes of it is bad: "拆壳会触发防拆". What one sees or does next ("拆开就能看到") is no warning.
_WARNING = re.compile(
    r"^[^。]{0,12}?(?:(?:会|就)(?!能|可以|行)[^，。]{0,8}?(?:触发|清掉|清空|清零|作废|毁|丢|没了|不能|失效|等于|成了|变成|坏|伤|违|重复|扣两|多扣|两次|两遍)"
    r"|可能(?:会?被|会?算|违|会?扣|会?多|会?重复)|容易(?:会?伤|起|出|惹)|算违规|不是[^，。]{0,4}(?:店员|您|店里)|清掉密钥)"
)
# For words that say nothing of a card: nothing was sent yet, one looks first, or it is the reading that is tried again.
_READY = re.compile(
    r"没发出|没送出|没输过?密码|没输过|先查|先看|第二天|擦|插紧|雾散|关掉流量|换一样|换(?:一个|个|一条|条)网|网好了"
)
_FUTILE = re.compile(r"(?:也|多少次|没用|还是)|[^。]{0,3}先?(?:别|不要|不能)再?[收付刷]")
# "失败了，直接重新收款" is settled by no sentence above.
_DOUBT = re.compile(r"失败|超时|没反应|没出|没结果|断|卡住|死机|直接|马上|立即|赶紧")
# Only what was found out settles it: that one looked ("确认金额") or was told nothing ("不等于没扣") does not.
_SETTLED_FIRST = re.compile(
    r"(?<!不等于)(?<!不算)(?<!不是)(?<!顾客说)(?<!客人说)(?:没扣|没有扣|未扣|没成功|没有成功|没成|没收到钱|没入账|没有入账|没付)|干透|晾干"
    r"|(?:已经?|确实|确认)[^，。]{0,4}(?:退回|退了|冲正|撤销|撤掉|没了)"
)

_TELLER = re.compile(
    r"说(?!明)|称|叫[人您你]|教[人您你商]|网上|网文|网页|推销|原文|文章|手册|[老旧码新那]表|注明|注着|标着|报道|归在|广告"
)
_SCREEN = re.compile(r"写|显示|屏幕|提示|返回")
_REPORT_AFTER = re.compile(r"^[^，。；]{0,6}(?:的写法|的说法|的提法|二字|两字|三个字|字样|只有[^，。；]{0,8}[写表说])")
_REJECTION = re.compile(
    r"(?:不|别|没)(?:能|要|可|用|必|会|去|再|该)?(?:照|采用|采信|采纳|理会|听信|相信|当真|信(?!号|息|任|用)|学|跟着)"
    r"|(?:[，。；、：]|说法|做法|这|也|都|并|又)不对(?=[，。；：]|$)|不这[样么]做|不(?:成立|可信|可取|作数|靠谱|提倡|推荐|是真的)"
    r"|没有?(?:可靠|任何|官方|统一)?的?(?:依据|根据|说法|出处|道理|必要)|(?:是|都是|说|写)错|(?:说法|做法|写法|解释)(?:是|都)?(?:有误|错误)"
    r"|[与跟和][^，。]{0,14}(?:不符|相反|对不上|矛盾)|(?:前后|自己就?|互相)对不上|(?:自相|互相|前后|同表)矛盾|不可(?:信|靠|取)"
    r"|谁也不能|不能(?:替|保证)|没人能|就是第二|(?:别|不)(?:许诺|承诺|答应)|不写(?:天数|数字|日子)|骗"
    r"|(?:只|都)(?:能|是|由)?[^，。]{0,8}(?:技术员|厂家)|安全.{0,2}(?:第一|排在|在前)"
)

# Who or which program says so, before the verb: only then a meaning is not everybody's.
_QUALIFIED = re.compile(
    r"没人|没有人|没有任何|没有哪|谁也|不等于|网上|网文|有的|有人|说法|文章|[那这两]篇|原文|新大陆|StarPOS|某|[称写]|说(?!明)|当[成作做]|(?:这|那|一)(?:家|个|套|份|张|段)[^，。]{0,6}(?:程序|系统|表)"
)


def matches(text: str, *, is_told: bool = False, beside: str = "", brands: Iterable[str] = ()) -> list[Match]:
    """Every match of every rule in `text`, in reading order, each with its verdict.

    `is_told` says that the whole text is what somebody else says: a source's account, a reader's answer. `beside` is what
    stands beside it wherever it is read, and may reject it. `brands` are names that must not be praised, besides those of
    well-known makers.
    """
    rejects = bool(_REJECTION.search(beside))
    found = [match for rule, pattern in _with_brands(brands) for match in _of(rule, pattern, text, is_told, rejects)]
    return sorted(found, key=lambda match: match.start)


def _with_brands(brands: Iterable[str]) -> Iterator[tuple[Rule, re.Pattern[str]]]:
    yield from PATTERNS.items()
    if names := "|".join(re.escape(name) for name in sorted(set(brands), key=len, reverse=True) if name):
        yield Rule.BRAND_PRAISE, _praise_of(names)


def _praise_of(names: str) -> re.Pattern[str]:
    good = r"安全|靠谱|可靠|正规|好用|放心|稳定"
    return re.compile(rf"(?:{names})[^，。；]{{0,10}}(?:最(?:{good})|更(?:{good})|首选|值得信赖|值得选|排名第)")


def _of(rule: Rule, pattern: re.Pattern[str], text: str, is_told: bool, rejects: bool) -> Iterator[Match]:
    # A line at a time, and only once what all its sentences share: a pasted file may be one line of ten thousand sentences.
    for line in _LINES.finditer(text):
        if not pattern.search(line[0]):
            continue
        heading = _heading_of(text, line.start(), line[0])
        is_rejected = rejects or bool(_REJECTION.search(line[0]))
        for sentence in _SENTENCES.finditer(line[0]):
            start = line.start() + sentence.start()
            earlier_text = text[max(start - _NEAR, 0) : start].rpartition("\n\n")[2]
            for one in pattern.finditer(sentence[0]):
                before = heading + sentence[0][max(one.start() - _NEAR, 0) : one.start()]
                after = sentence[0][one.end() : one.end() + _NEAR]
                verdict = _verdict(rule, earlier_text, before, one[0], after, is_told=is_told, is_rejected=is_rejected)
                yield Match(rule, one[0], start + one.start(), verdict)


def _verdict(
    rule: Rule, earlier_text: str, before: str, words: str, after: str, *, is_told: bool, is_rejected: bool
) -> Verdict:
    """What the words are in their sentence; `earlier_text` is what stands above it, `is_rejected` says that their line speaks against what somebody says."""
    if rule is Rule.UNIVERSAL_CODE:
        is_open = (
            is_told or _QUALIFIED.search(before) or _PROHIBITION.search(_clauses(before)[-1]) or after.endswith("吗")
        )
        return Verdict.REJECTED if is_open else Verdict.SAID
    is_report = is_told or _is_quoted(before) or _is_reported(rule, before, words, after)
    if _is_denied(rule, earlier_text, before, words, after) or (is_report and is_rejected):
        return Verdict.REJECTED
    return Verdict.REPORTED if is_report else Verdict.SAID


def _is_reported(rule: Rule, before: str, words: str, after: str) -> bool:
    """Whether the sentence says that somebody else says so.

    What may be quoted without a word against it has its teller in the same clause: in "屏幕写没收卡，把卡扣下" the screen tells
    the first half only. And no screen's word is a reason to pay twice.
    """
    if rule is Rule.SECOND_PAYMENT:
        return bool(_TELLER.search(_clauses(before)[-1]))
    told = _clauses(before)[-1] if rule in QUOTABLE else before + words
    return bool(_TELLER.search(told) or _SCREEN.search(told) or _REPORT_AFTER.search(after))


def _clauses(text: str) -> list[str]:
    return re.split(r"[，,：:]", text)


def _is_denied(rule: Rule, earlier_text: str, before: str, words: str, after: str) -> bool:
    """Whether the sentence itself forbids, leaves to others, or warns of what it names."""
    *earlier, clause = _clauses(before)
    if rule is Rule.FIGURE:  # "不要在40℃以上使用" gives the very limit that nobody can stand for
        return bool(_FIGURE_DENIED.search(clause))
    if _PROHIBITION.search(clause) or _DENIAL.search(clause) or (earlier and _FOR_A_PURPOSE.search(earlier[-1])):
        return True
    if rule in CLAIMS:
        return False
    if rule is Rule.SECOND_PAYMENT:
        if _IS_ONCE_MORE.match(words) and (_READY.search(before) or _FUTILE.match(after)):
            return True
        if words.startswith("重新收") and not _DOUBT.search(before) and _SETTLED_FIRST.search(earlier_text):
            return True
        return bool(_SETTLED_FIRST.search(before) or _WARNING.search(after) or _is_screen_text(before, after))
    if _WARNING.search(after) or re.match(r"[^，,。]{0,6}(?:不要|别|不能)(?!还给?)", after):
        return True
    if rule is not Rule.SELF_REPAIR:
        return False
    # "厂家说拆开即可" leaves nothing to the maker: it reports.
    by_others = _BY_OTHERS.search(clause) and not _ONESELF.search(clause) and not _TELLER.search(clause)
    return bool(by_others or _LEFT_TO_OTHERS.search(after) or _HAPPENED.search(after))


def _is_quoted(before: str) -> bool:
    """Whether a quotation is still open: what stands in it are the screen's or somebody's words."""
    return any(before.count(left) > before.count(right) for left, right in ("“”", "「」", "『』", "‘’"))


def _is_screen_text(before: str, after: str) -> bool:
    """Whether the words stand in a quotation as short as a screen's: “请重新刷卡”."""
    opening = re.search(r"[“「]([^“”「」]{0,8})$", before)
    closing = re.match(r"([^“”「」]{0,8})[”」]", after)
    return bool(opening and closing) and "您" not in before[-8:]


def _heading_of(text: str, place: int, line: str) -> str:
    """The line that an indented one stands below ("确实没扣：" above what to do then); "" for a line of its own."""
    if not line.startswith(" "):
        return ""
    above = (other for other in reversed(text[max(place - 10 * _NEAR, 0) : place].split("\n")[:-1]) if other.strip())
    return next((other + "，" for other in above if _indent(other) < _indent(line)), "")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
