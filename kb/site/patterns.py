"""Every component with examples, from plain objects in memory: /patterns/, in development only.

`EXAMPLES` is the whole of it; a component without an entry fails tests/kb/test_components.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.utils import translation

from kb.models import Account, Article, CodeString, CodeSystem, ErrorCode, SearchEntry, Source
from kb.models.articles import ArticleKind, Who
from kb.models.codes import MoneyMoved, Retry
from kb.models.publication import Confidence, Credibility
from kb.models.search import EntryKind
from kb.models.sources import SourceKind
from kb.money import GENERAL_RULE, MoneySafety
from kb.next_steps import NextStep, StepChoice
from kb.queries.acquirers import Hotline
from kb.queries.articles import CitedSource
from kb.queries.codes import CauseLine, DisagreementRow, Meaning, Side
from kb.queries.search import CodeHit, Facet, Hit
from kb.rendering import render_markdown
from kb.search.reasons import Mark, Reason
from kb.search_store.interface import FoundCode


@dataclass(frozen=True, slots=True)
class Example:
    caption: str
    context: Mapping[str, Any]


_SAFE = MoneySafety(MoneyMoved.NO, Retry.YES, "机器还没把这一笔发出去，钱没有动。", "请顾客换一张卡，或者换一种读法。")
_PUT_RIGHT = MoneySafety(
    MoneyMoved.NO, Retry.AFTER_ACTION, "这一笔被发卡行拒了，没有扣款。", "先做签到，签到成功再收。"
)
_DOUBTFUL = MoneySafety(
    MoneyMoved.UNKNOWN,
    Retry.AFTER_CHECK,
    "光凭 E324 看不出钱扣没扣；如果已经输过密码，或者屏幕出现过“通讯中”，更要当作结果不明，先查这一笔。",
    "先在机器上查这笔、请顾客看银行明细，机器在冲正就等它做完；确认没有成功以后，才重新收款。",
)
_CHARGED = MoneySafety(MoneyMoved.YES, Retry.NO, "银行已经扣款，只是小票没打出来。", "千万别再收。补打小票就行。")
_PICK_UP = MoneySafety(
    MoneyMoved.NO, Retry.NO, "发卡行拒绝了这一笔，没有扣款。", "这张卡别再试，请顾客换一张卡或联系发卡行。"
)

_STARPOS = Source(
    slug="starpos-source",
    title="StarPOS 收单程序源码：错误表",
    publisher="新大陆",
    url="https://example.org/starpos/errors",
    kind=SourceKind.SOURCE_CODE,
    credibility=Credibility.MEDIUM,
)
_REPRINT = Source(
    slug="founding-b", title="POS机刷卡显示e324怎么办", kind=SourceKind.FOUNDING_TEXT, credibility=Credibility.LOW
)
_MANUAL = Source(
    slug="manual",
    title="VX 520 Reference Guide",
    publisher="Verifone",
    url="https://example.org/vx520",
    kind=SourceKind.VENDOR_MANUAL,
    credibility=Credibility.HIGH,
)
_CODE = ErrorCode(
    slug="contactless-other",
    system=CodeSystem(slug="starpos", name="新大陆 StarPOS 收单程序"),
    title="这笔不能挥卡，请改插卡",
    screen_text="交易拒绝",
    meaning="只在新大陆 StarPOS 收单程序里成立：顾客挥卡以后，机器判断这一笔不能走非接，要换别的方式读卡，一般就是插卡。",
    confidence=Confidence.LIKELY,
)
_CHOICES = (
    StepChoice("刚读卡就报错，还没输密码", "没出现过“正在处理”，顾客也没收到扣款短信", "#not-sent"),
    StepChoice("输过密码，或出现过“正在处理”“冲正”", "出现过“正在连接”“通讯中”也算", "#sent"),
    StepChoice("没在收钱，开机或待机时就出现", "", "#not-paying"),
    StepChoice("说不清", "按“可能已经扣了”来办，先查一下最稳当", "#unsure"),
)
_ARTICLE = Article(
    slug="why-double",
    title="同一笔扣了两次：怎么核对，怎么退",
    kind=ArticleKind.MONEY_SAFETY,
    who=Who.MERCHANT,
    minutes=10,
    confidence=Confidence.LIKELY,
    reviewed_on=date(2026, 11, 23),
)
_BODY = """## 看什么
- 顾客拿着手机说“扣了我两笔”。
- 机器报过超时、断网，后来又收成功了一笔。

## 怎么做
1. 先道歉，再核对，不争。请顾客看银行明细，**记下两笔的时间**。
2. 打开机器的交易明细，对照参考号 `REF0123456789ABCDEF0123456789`。
   - 机器里有两笔成功：多半是重复，做第 3 步。
   - 一笔已冲正：那笔一般会退回，见[撤销还是退货](/articles/void-same-day/)。

## 不要做
::: dont
- 不要为了“抵消”再刷一笔，那样又多扣一次。
- 不要拖。钱不退，到时更难说清。
:::

| 屏幕上写着 | 意思 | 做什么 |
|---|---|---|
| 冲正成功 | 机器把没弄清的一笔撤掉了 | 等银行退回 |
| 冲正不成功 | 没撤成 | 打电话 |
"""
_GUIDE_ENTRY = SearchEntry(kind=EntryKind.GUIDE, slug="e324", title="E324 怎么办", path="/guides/e324/")
_CODE_ENTRY = SearchEntry(
    kind=EntryKind.CODE,
    slug="unionpay-51",
    title="余额不足",
    summary="顾客账户里的钱不够，没有扣款。请顾客换一张卡，或换一种付法。",
    code="51",
    system="银联应答码",
    path="/codes/51/",
)
_HUB_HIT = CodeHit(
    typed="E324",
    normal="E324",
    title="",
    url="#e324",
    meanings=3,
    systems=("网上流传", "新大陆 StarPOS 收单程序"),
    safety=_DOUBTFUL,
)
_MARKS = (Mark("余额不足", True), Mark("，没有扣款", False))
_FACETS = (Facet("screen", "屏幕文字", 12), Facet("unionpay", "银联应答码", 3))
_NEAR_CODES = (
    FoundCode("E324", "E324", 3, "", "网页上的说法"),
    FoundCode("E325", "E325", 1, "这笔挥不过去", "StarPOS"),
)
_LOOKALIKE_HIT = CodeHit(
    typed="1O", normal="10", title="部分承兑", url="#10", meanings=1, systems=("银联应答码",), safety=_CHARGED
)


def _node(kind: str, title: str, result: str = "", **facts: Any) -> SimpleNamespace:
    return SimpleNamespace(
        kind=SimpleNamespace(value=kind),
        title=title,
        result=SimpleNamespace(value=result) if result else None,
        tell=facts.get("tell", ""),
        articles=facts.get("articles", ()),
    )


def _row(depth: int, via: str, to: str, node: SimpleNamespace, *, repeated: bool = False) -> SimpleNamespace:
    label = SimpleNamespace(label=via) if via else None
    return SimpleNamespace(depth=depth, via=label, node=node, repeated=repeated, to=to)


_INSERT = _node("check", "换个读法：把卡插进去做一次", articles=("why-double",))
_OUTLINE = (
    _row(0, "", "reading", _node("question", "这一笔，卡是怎么读的？")),
    _row(1, "挥卡（卡或手机贴一下）", "insert", _INSERT),
    _row(2, "好了，收款成功", "worked", _node("outcome", "好了。以后这台机器先插卡", "fixed")),
    _row(2, "还是 E324", "call", _node("outcome", "打电话报修", "escalate", tell="终端号××，插卡、挥卡都显示E324。")),
    _row(1, "刷卡（磁条划一下）", "insert", _INSERT, repeated=True),
    _row(1, "机壳被打开过", "stop", _node("outcome", "停用这台机器", "stop")),
)
# What diagnostics.engine.drawing.to_svg gives, in small: kb never imports diagnostics.
_SVG = """<svg xmlns="http://www.w3.org/2000/svg" class="guide-map" role="img" aria-label="E324 怎么办" \
viewBox="-16 -16 432 232" width="432" height="232"><title>E324 怎么办</title>
<g class="guide-map__lines" fill="none" stroke="currentColor" stroke-width="1.2">\
<path class="guide-map__line" d="M200 44V88M196 81L200 88L204 81"/>\
<path class="guide-map__line" d="M200 132C200 150 92 144 92 160M200 132C200 150 308 144 308 160"/></g>
<g class="guide-map__node guide-map__node--question guide-map__node--start"><polygon class="guide-map__shape" \
fill="none" stroke="currentColor" stroke-width="1.5" points="108,22 120,0 280,0 292,22 280,44 120,44"/>\
<text class="guide-map__text" font-size="14" text-anchor="middle" fill="currentColor">\
<tspan x="200" y="27">▶ 卡是怎么读的？</tspan></text></g>
<g class="guide-map__node guide-map__node--check guide-map__node--highlight"><rect class="guide-map__shape" \
fill="none" stroke="currentColor" stroke-width="4" x="108" y="88" width="184" height="44" rx="2"/>\
<text class="guide-map__text" font-size="14" text-anchor="middle" fill="currentColor">\
<tspan x="200" y="115">把卡插进去做一次</tspan></text></g>
<g class="guide-map__node guide-map__node--outcome guide-map__node--fixed"><rect class="guide-map__shape" \
fill="none" stroke="currentColor" stroke-width="1.5" x="0" y="160" width="184" height="40" rx="20"/>\
<text class="guide-map__text" font-size="14" text-anchor="middle" fill="currentColor">\
<tspan x="92" y="185">✓ 好了</tspan></text></g>
<g class="guide-map__node guide-map__node--outcome guide-map__node--escalate"><rect class="guide-map__shape" \
fill="none" stroke="currentColor" stroke-width="1.5" x="216" y="160" width="184" height="40" rx="20"/>\
<text class="guide-map__text" font-size="14" text-anchor="middle" fill="currentColor">\
<tspan x="308" y="185">☎ 打电话报修</tspan></text></g></svg>"""


def _bar(**changes: Any) -> SimpleNamespace:
    views = (
        SimpleNamespace(title="商户看到的样子", url="#merchant", is_current=True),
        SimpleNamespace(title="坐席看到的样子", url="#agent", is_current=False),
    )
    values = {"node": "insert-instead", "views": views, "here_url": "#here", "editor_url": "#editor"}
    return SimpleNamespace(**values, **changes)


#: Component (file name without `_` and `.html`) → its examples.
EXAMPLES: Mapping[str, Sequence[Example]] = {
    "search_box": [
        Example("big, on the front page", {"q": "", "big": True}),
        Example("compact, in the header", {"q": "E324"}),
    ],
    "money_safety": [
        Example("a page's own: may have moved", {"safety": _DOUBTFUL}),
        Example("no, try again", {"safety": _SAFE}),
        Example("no, put it right first", {"safety": _PUT_RIGHT}),
        Example("yes, never again", {"safety": _CHARGED}),
        Example("no, do not try again", {"safety": _PICK_UP}),
        Example("of a string with several meanings, without notes", {"safety": GENERAL_RULE, "level": "hub"}),
        Example("in a list", {"safety": _SAFE, "level": "line"}),
    ],
    "confidence": [
        Example("confirmed", {"level": "confirmed", "note": ""}),
        Example("likely", {"level": "likely", "note": _CODE.meaning}),
        Example("unverified", {"level": "unverified", "note": "没有任何厂家、银联或收单机构公布过通用定义。"}),
    ],
    "account": [
        Example(
            "with a link",
            {
                "account": Account(
                    source=_STARPOS,
                    credibility=Credibility.MEDIUM,
                    statement="错误表里 E324 的意思是“请使用其它界面”，屏幕显示的文字却是“交易拒绝”。",
                )
            },
        ),
        Example(
            "without",
            {
                "account": Account(
                    source=_REPRINT, credibility=Credibility.LOW, statement="磁条卡读不出来，先查卡，再查磁头和读卡器。"
                )
            },
        ),
    ],
    "meaning_card": [
        Example(
            "one of several",
            {
                "meaning": Meaning(
                    code=_CODE, strings=(CodeString(text="E324", normal="E324"),), url="#meaning", safety=_DOUBTFUL
                )
            },
        )
    ],
    "next_step": [
        Example(
            "with its first question",
            {
                "step": NextStep(
                    title="E324 怎么办",
                    url="#guide",
                    question="先看钱：出现 E324 时，这一笔做到哪一步了？",
                    help="钱可能已经扣了的话，要先查清。没查清又收一遍，顾客可能被扣两次。",
                    choices=_CHOICES,
                )
            },
        ),
        Example("without", {"step": NextStep(title="没有网络怎么办", url="#guide")}),
    ],
    "choice_list": [Example("with and without hints", {"choices": _CHOICES})],
    "trail": [
        Example(
            "two answers",
            {
                "steps": [
                    SimpleNamespace(title="这一笔做到哪一步了？", answer="刚读卡就报错，还没输密码", change_url="#1"),
                    SimpleNamespace(title="这一笔，卡是怎么读的？", answer="挥卡（卡或手机贴一下）", change_url="#2"),
                ]
            },
        )
    ],
    "article_card": [
        Example(
            "",
            {
                "url": "#article",
                "title": _ARTICLE.title,
                "summary": "重复扣款多半是第一笔其实成功了。先对机器明细和顾客的银行明细，确认重复后尽快退掉一笔。",
            },
        )
    ],
    "cause_line": [
        Example(
            "",
            {
                "cause": CauseLine(
                    slug="head-worn",
                    name="磁头磨损",
                    summary="换三张卡刷磁条都不灵，插卡和挥卡却正常；先改插卡或挥卡收款。",
                    category="机器硬件",
                    article=None,
                    weight=40,
                )
            },
        )
    ],
    "disagreements": [
        Example(
            "two sides, one of them silent",
            {
                "rows": [
                    DisagreementRow(
                        "磁头坏了谁来换",
                        "只交给技术员：机壳一打开，密钥就没了。",
                        (Side("交易中出现异常", "交厂家维修。"), Side("磁条卡没读出来", "")),
                    )
                ]
            },
        )
    ],
    "sources": [
        Example(
            "",
            {
                "sources": [
                    SimpleNamespace(source=_MANUAL, notes=["交易中断电会丢掉还没存下的交易数据", "取电池前先关机"]),
                    SimpleNamespace(source=_REPRINT, notes=["网文说可以换磁头，本站不采用"]),
                ]
            },
        )
    ],
    "call_box": [
        Example(
            "", {"tell": "“机器品牌型号是××，终端号××，几点几分收××元，屏幕完整显示××和E324。请先查这一笔成没成功。”"}
        )
    ],
    "hotline": [
        Example("reliable", {"hotline": Hotline("95516", is_reliable=True), "words": "“我是商户，收单机构是××。”"}),
        Example(
            "unverified",
            {
                "hotline": Hotline(
                    "400-000-0000", is_reliable=False, told_by=(CitedSource(_REPRINT, ("客服号码，单一来源",)),)
                )
            },
        ),
        Example("none that may be shown", {"hotline": None}),
    ],
    "keep_selling": [
        Example("", {"text": "后面的顾客先扫码或付现金，有第二台机器就用第二台。出 E324 的这一笔先放一放。"})
    ],
    "report_form": [Example("", {"action": "#report"})],
    "result": [Example("a code", {"entry": _CODE_ENTRY}), Example("a guide", {"entry": _GUIDE_ENTRY})],
    "search_hit": [
        Example(
            "a code by its screen text",
            {"hit": Hit(_CODE_ENTRY, _MARKS, (Mark(_CODE_ENTRY.summary, False),), Reason.SCREEN)},
        ),
        Example(
            "a guide by a synonym", {"hit": Hit(_GUIDE_ENTRY, (Mark(_GUIDE_ENTRY.title, False),), (), Reason.SYNONYM)}
        ),
    ],
    "marked": [Example("", {"marks": _MARKS})],
    "narrow": [
        Example("one chosen", {"facets": _FACETS, "q": "签到", "chosen": "screen"}),
        Example("all", {"facets": _FACETS, "q": "签到", "chosen": ""}),
    ],
    "perhaps": [
        Example("a word that sounds alike", {"text": "冲正是什么意思", "codes": None}),
        Example("a code one sign away", {"text": "", "codes": _NEAR_CODES}),
    ],
    "code_hit": [
        Example("several meanings", {"hit": _HUB_HIT}),
        Example("a look-alike", {"hit": _LOOKALIKE_HIT}),
        Example(
            "not known on the named terminal, with a guide",
            {
                "hit": replace(
                    _LOOKALIKE_HIT,
                    typed="10",
                    unknown_in="ingenico",
                    others=1,
                    next_steps=(NextStep("没有网络怎么办", "#guide"),),
                )
            },
        ),
    ],
    "notice": [
        Example("info", {"text": "这份向导刚更新过。", "url": "#newest", "link": "从新版开始"}),
        Example("quiet", {"text": "这份向导在您开始以后改进过，可以接着用。", "kind": "quiet"}),
        Example("success", {"text": "收到了，谢谢。", "kind": "success"}),
        Example("warning", {"text": "这一页很久没有核对过了。", "kind": "warning"}),
        Example("error", {"text": "没能送出去，请再试一次。", "kind": "error"}),
        Example("money", {"kind": "money", "text": ""}),
    ],
    "pagination": [Example("", {"page": Paginator(range(95), 20).page(2), "base": "system=unionpay&"})],
    "breadcrumbs": [Example("", {"items": [("首页", "/"), ("代码", "/codes/"), ("E324", "")]})],
    "article_body": [Example("", {"html": render_markdown(_BODY)})],
    "facts": [Example("", {"article": _ARTICLE})],
    "outline": [
        Example(
            "",
            {
                "rows": [SimpleNamespace(number=n, row=row) for n, row in enumerate(_OUTLINE, 1)],
                "articles": {"why-double": _ARTICLE},
            },
        )
    ],
    "drawing": [Example("", {"svg": _SVG})],
    "preview_bar": [
        Example("a walk that can be recorded", {"bar": _bar(record_url="#record"), "csrf_token": "example"}),
        Example(
            "begun elsewhere, with something to say",
            {
                "bar": _bar(
                    start_url="#start",
                    notes=["文章“磁头磨损”还没有发布，读者看不到。"],
                    record_note="从第一步走起的才能记录。",
                ),
                "messages": [Message(messages.SUCCESS, "记下了。")],
            },
        ),
    ],
}


def patterns(request: HttpRequest) -> HttpResponse:
    """All examples; `?language=en` shows them as an English page does."""
    with translation.override("en" if request.GET.get("language") == "en" else "zh-hans"):
        shown = [
            (
                name,
                [
                    (example.caption, render_to_string(f"components/_{name}.html", dict(example.context)))
                    for example in examples
                ],
            )
            for name, examples in EXAMPLES.items()
        ]
        return render(
            request,
            "patterns.html",
            {"components": shown, "codes": _NEAR_CODES, "entries": [_CODE_ENTRY, _GUIDE_ENTRY]},
        )


urlpatterns = [path("", patterns, name="patterns")]
