"""Sentences that no text of ours may say: what is advice, what is a warning, what is a report."""

import time

import pytest

from kb.editorial import MAX_CHARACTERS
from kb.forbidden import QUOTABLE, Rule, Verdict, matches, offences


def rules(text: str, **how: bool | str | tuple[str, ...]) -> list[Rule]:
    """Rules that `text` breaks, once its entry speaks against whatever may be quoted."""
    return [match.rule for match in offences(matches(text, **how), rejected=QUOTABLE)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (Rule.SELF_REPAIR, "拆开机器看看。"),
        (Rule.SELF_REPAIR, "打开后盖，擦触点。"),
        (Rule.SELF_REPAIR, "把外壳打开，看看主板。"),
        (Rule.SELF_REPAIR, "用螺丝刀拧开底壳。"),
        (Rule.SELF_REPAIR, "磁头坏了就自行更换新的磁头。"),
        (Rule.SELF_REPAIR, "自己维修打开机壳看看。"),
        (Rule.SELF_REPAIR, "拆开后盖就能看到电池。"),
        (Rule.SELF_REPAIR, "不要着急，拆开看看。"),
        (Rule.SELF_REPAIR, "不要用湿布，打开后盖用干布擦。"),
        (Rule.SELF_REPAIR, "往读卡口喷清洁剂。"),
        (Rule.SELF_REPAIR, "可以在网上找解锁码。"),
        (Rule.SELF_REPAIR, "短接防拆触点。"),
        (Rule.SELF_REPAIR, "机器不认卡，换个磁头。"),
        (Rule.SELF_REPAIR, "磁头坏了自己换一个就行。"),
        (Rule.SELF_REPAIR, "买个磁头换上。"),
        (Rule.SELF_REPAIR, "把主板换掉。"),
        (Rule.SELF_REPAIR, "厂家说拆开后盖即可。"),
        (Rule.SELF_REPAIR, "有人说拆开后盖就好。"),
        (Rule.HAND_KEYED, "直接手输卡号。"),
        (Rule.HAND_KEYED, "直接在键盘上输入卡号。"),
        (Rule.HAND_KEYED, "可以手动输入卡号。"),
        (Rule.SECOND_PAYMENT, "没反应再刷一次。"),
        (Rule.SECOND_PAYMENT, "不能刷就再刷一次。"),
        (Rule.SECOND_PAYMENT, "别急，再刷一次。"),
        (Rule.SECOND_PAYMENT, "屏幕显示超时，再刷一次就行。"),
        (Rule.SECOND_PAYMENT, "没出小票就再收一次。"),
        (Rule.SECOND_PAYMENT, "提示超时，请顾客重刷。"),
        (Rule.SECOND_PAYMENT, "不行就重刷。"),
        (Rule.SECOND_PAYMENT, "没票重刷。"),
        (Rule.SECOND_PAYMENT, "没反应就再来一次。"),
        (Rule.SECOND_PAYMENT, "超时可以再试一次。"),
        (Rule.SECOND_PAYMENT, "失败了，直接重新收款。"),
        (Rule.SECOND_PAYMENT, "没扣过的才能收。失败了，直接重新收款。"),
        (Rule.SECOND_PAYMENT, "点“重试”再付一次。"),
        (Rule.SECOND_PAYMENT, "确认金额，再刷一次。"),
        (Rule.SECOND_PAYMENT, "确认密码后再刷一次。"),
        (Rule.SECOND_PAYMENT, "查不到不等于没扣，再刷一次。"),
        (Rule.SECOND_PAYMENT, "顾客说没扣，再刷一次。"),
        (Rule.SPLIT_AMOUNT, "把金额拆成几笔刷。"),
        (Rule.SPLIT_AMOUNT, "大额分开刷。"),
        (Rule.PASSWORD, "先输入主管密码。"),
        (Rule.PASSWORD, "密码一般是 0000。"),
        (Rule.PASSWORD, "主管操作员99，密码12345678。"),
        (Rule.CONFISCATION, "卡留下别还给顾客。"),
        (Rule.CONFISCATION, "请把卡扣下，联系收单行。"),
        (Rule.CONFISCATION, "屏幕写没收卡，就把卡扣下。"),
        (Rule.CONFISCATION, "应立即没收卡片。"),
        (Rule.FIGURE, "80%的故障是磁头。"),
        (Rule.FIGURE, "八成是磁头的问题。"),
        (Rule.FIGURE, "工作温度是0~40℃。"),
        (Rule.FIGURE, "气温低于零下十度就不能用。"),
        (Rule.FIGURE, "磁头寿命约30万次。"),
        (Rule.FIGURE, "磁头一般能用两三年。"),
        (Rule.FIGURE, "不要在40℃以上使用。"),
        (Rule.FIGURE, "不超过40℃就能用。"),
        (Rule.REFUND_DAYS, "一般第二天就退回来了。"),
        (Rule.REFUND_DAYS, "T+1到账。"),
        (Rule.REFUND_DAYS, "退款一般3到7个工作日到账。"),
        (Rule.REFUND_DAYS, "七天之内原路退回。"),
        (Rule.UNIVERSAL_CODE, "E324 表示磁条读取失败。"),
        (Rule.UNIVERSAL_CODE, "E324就是磁头坏了。"),
        (Rule.UNIVERSAL_CODE, "E324的意思是磁条读不出。"),
        (Rule.UNIVERSAL_CODE, "E324就是读卡失败，没有别的。"),
        (Rule.UNIVERSAL_CODE, "E324：读卡失败。"),
        (Rule.UNIVERSAL_CODE, "E324 就表示读卡失败。"),
        (Rule.UNIVERSAL_CODE, "E324可能是磁头坏了。"),
        (Rule.UNIVERSAL_CODE, "E324表示系统读卡失败。"),
        (Rule.UNIVERSAL_CODE, "不要重刷，E324就是读卡失败。"),
        (Rule.UNIVERSAL_CODE, "屏幕显示E324，说明磁条读不出。"),
        (Rule.PRIVATE_CONTACT, "加微信 pos8888。"),
        (Rule.PRIVATE_CONTACT, "有事加V详聊。"),
        (Rule.PRIVATE_CONTACT, "客服QQ：12345678。"),
        (Rule.BRAND_PRAISE, "这是最安全的POS机。"),
        (Rule.BRAND_PRAISE, "点击网址，免费领取。"),
    ],
)
def test_a_forbidden_sentence_is_found(rule: Rule, text: str) -> None:
    assert rules(text)[:1] == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "不要拆开机器。",
        "切勿再刷一次。",
        "别为了凑数，把一单分几次收。",
        "由技术员打开机壳检查。",
        "换磁头只由维修技术员做。",
        "机壳被人拆开过的，停用。",
        "拆壳会触发防拆，里面的密钥被清掉。",
        "特别旧的机器，屏幕会暗。",
        "确认没扣，再收一次。",
        "确认没扣或已退回，才重新收款。",
        "银行没批，没扣款。\n他有把握，就重新收款。",
        "钱先查清，再走或再付。",
        "还没发出去：签到，成功后重新收款。",
        "擦净再试。",
        "再试也没用。",
        "这张卡别再试。",
        "再来一张卡也报66。",
        "查不到，先别让顾客再付一遍。",
        "技术员说明以后，由技术员打开机壳。",
        "外接读卡器换一个。",
        "把卡还给顾客。",
        "没有80%这个说法。",
        "不要加陌生人的微信。",
        "请顾客添加微信支付。",
        "微信 App 里看账单。",
        "密码打95516问。",
        "两边都看过，确实没扣：\n   - 过几分钟再收一次。",
        "屏幕写“请重新刷卡”，停下来。",
        "把一单拆成几笔刷，可能算违规。",
        "没收到短信，不算没扣。收没收成功还不清楚。",
        "卡没扣，已经还给顾客。",
        "几天到账要看顾客的银行。",
        "第二天到账的，看结算。",
        "磁头清洁卡，先照说明清洁一次。",
        "先查一下最稳当。",
        "E324 是什么意思？",
        "网上说 E324 是读卡失败。",
        "新大陆的程序里，E324 表示换一种读法。",
        "E324 没有统一的意思。",
        "没人能证实 E324 就是这个意思。",
        "不要以为 E324 就是读卡失败。",
        "E324：说法甲和说法乙不一样。",
        "数据拆不开。",
    ],
)
def test_a_warning_or_a_description_is_none(text: str) -> None:
    assert rules(text) == []


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("网上说可以换磁头，我们不采用。", Verdict.REJECTED),
        ("网上说可以换磁头。这种说法没有依据。", Verdict.REJECTED),
        ("网上说可以换磁头。", Verdict.REPORTED),
        ("网上说没信号就换磁头。", Verdict.REPORTED),
        ("网上说数据不对就换磁头。", Verdict.REPORTED),
        ("网上说可以换磁头。\n我们不采用别的。", Verdict.REPORTED),
        ("换磁头。", Verdict.SAID),
    ],
)
def test_a_report_wants_its_rejection_in_the_same_line(text: str, verdict: Verdict) -> None:
    assert [match.verdict for match in matches(text)] == [verdict]


def test_what_somebody_else_says_is_a_report_as_a_whole() -> None:
    assert rules("可以更换新磁头。", is_told=True) == [Rule.SELF_REPAIR]
    assert rules("可以更换新磁头。", is_told=True, beside="别照做：机壳一开，密钥就没了。") == []


def test_a_table_may_be_quoted_where_the_entry_speaks_against_it() -> None:
    told = matches("操作员没收卡。", is_told=True)
    assert [match.rule for match in offences(told)] == [Rule.CONFISCATION]
    assert offences([*told, *matches("不要扣卡。")]) == []
    assert [match.rule for match in offences(matches("换磁头。", is_told=True), rejected=set(Rule))] == [
        Rule.SELF_REPAIR
    ]


def test_acquirers_named_by_the_caller_are_brands_too() -> None:
    assert rules("拉卡拉的机器更安全。") == []
    assert rules("拉卡拉的机器更安全。", brands=("拉卡拉",)) == [Rule.BRAND_PRAISE]


def test_the_place_is_counted_in_the_whole_text() -> None:
    text = "先看看。\n\n然后拆开机器。"
    (match,) = matches(text)
    assert text[match.start :].startswith(match.words)


@pytest.mark.parametrize(
    "words",
    ["9", "一", "9 ", "1天", "9%", "再刷一次。", "重新收款", "加V", "E324就是", "退款", "磁头", "寿命9", "“", " "],
)
def test_a_pasted_file_costs_an_editor_a_moment(words: str) -> None:
    """The bound is generous, a slow computer keeps it; a pattern of quadratic time takes minutes."""
    text = (words * MAX_CHARACTERS)[:MAX_CHARACTERS]
    start = time.process_time()
    matches(text)
    assert time.process_time() - start < 5
