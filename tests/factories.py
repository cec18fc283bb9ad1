"""Plain factories: sensible rows, any field of which a test may change. They keep the search in step as actions do."""

import itertools
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from diagnostics.actions import publish_guide
from diagnostics.editing import replace_draft
from diagnostics.engine.graph import Choice, Graph, Kind, Node, Result
from diagnostics.models import Guide
from kb.actions import article_saved, cause_saved, code_saved, synonyms_saved
from kb.models import (
    Account,
    Acquirer,
    Article,
    Cause,
    CauseCategory,
    Citation,
    CodeCause,
    CodeString,
    CodeSystem,
    ErrorCode,
    MissingEntry,
    Source,
    SynonymGroup,
)
from kb.search.counted import normal_question

_numbers = itertools.count(1)


def make_source(**changes: Any) -> Source:
    number = next(_numbers)
    values = {"slug": f"source-{number}", "title": f"来源{number}", "kind": "vendor-manual", "credibility": "high"}
    return Source.objects.create(**{**values, **changes})


def make_system(slug: str = "web", **changes: Any) -> CodeSystem:
    """The code system of that slug, made once."""
    system, _ = CodeSystem.objects.get_or_create(slug=slug, defaults={"name": f"体系{slug}", **changes})
    return system


def make_category(**changes: Any) -> CauseCategory:
    number = next(_numbers)
    return CauseCategory.objects.create(**{"slug": f"category-{number}", "name": f"类别{number}", **changes})


def make_article(*, sources: int = 0, **changes: Any) -> Article:
    """A published article, with `sources` citations."""
    number = next(_numbers)
    values = {
        "slug": f"article-{number}",
        "title": f"文章{number}",
        "kind": "fix",
        "summary": "先看这里。",
        "body": "## 怎么做\n\n1. 看一看。\n",
        "status": "published",
    }
    article = Article.objects.create(**{**values, **changes})
    for position in range(sources):
        Citation.objects.create(article=article, source=make_source(), position=position)
    article_saved(article)
    return article


def make_acquirer(*, sources: int = 1, **changes: Any) -> Acquirer:
    """A published acquirer without a number that may be shown, with `sources` citations."""
    number = next(_numbers)
    values = {
        "slug": f"acquirer-{number}",
        "brand": f"收单机构{number}",
        "standing": "持牌。",
        "standing_as_of": "2026-05",
        "reviewed_on": date(2026, 11, 25),
        "status": "published",
    }
    acquirer = Acquirer.objects.create(**{**values, **changes})
    for position in range(sources):
        Citation.objects.create(acquirer=acquirer, source=make_source(), position=position)
    return acquirer


def make_cause(**changes: Any) -> Cause:
    number = next(_numbers)
    values = {"slug": f"cause-{number}", "name": f"原因{number}", "summary": "看到什么。", "status": "published"}
    if "category" not in changes:
        changes["category"] = make_category()
    cause = Cause.objects.create(**{**values, **changes})
    cause_saved(cause)
    return cause


def make_error_code(
    *, strings: tuple[str, ...] = ("E900",), accounts: int = 1, causes: int = 0, **changes: Any
) -> ErrorCode:
    """A published meaning under `strings`, with so many accounts and causes."""
    number = next(_numbers)
    values = {
        "slug": f"code-{number}",
        "title": f"含义{number}",
        "meaning": "屏幕这样说的意思。",
        "money_moved": "no",
        "retry": "yes",
        "status": "published",
    }
    if "system" not in changes:
        changes["system"] = make_system()
    code = ErrorCode.objects.create(**{**values, **changes})
    for position, text in enumerate(strings):
        CodeString.objects.create(code=code, text=text, position=position)
    for position in range(accounts):
        Account.objects.create(
            code=code,
            key=f"a{position}",
            source=make_source(),
            statement="一种说法。",
            credibility="low",
            position=position,
        )
    for _ in range(causes):
        CodeCause.objects.create(code=code, cause=make_cause(article=make_article()))
    code_saved(code)
    return code


def make_graph(slug: str = "trial", *, codes: tuple[str, ...] = (), **changes: Any) -> Graph:
    """Question → check → outcome, without errors; its only warning is that `ask` names no article."""
    nodes = (
        Node(
            "reading",
            Kind.QUESTION,
            "您是怎么读卡的？",
            help="不同的读卡方式，原因不一样。",
            say="请问您是怎么读卡的？",
            note="员工提示：别催。",
            choices=(
                Choice("tap", "挥卡", "insert", hint="贴一下"),
                Choice("swipe", "刷卡", "ask"),
                Choice("unsure", "说不清", "ask"),
            ),
        ),
        Node(
            "insert",
            Kind.CHECK,
            "改为插卡再做一次",
            say="请改为插卡。",
            minutes=1,
            choices=(Choice("ok", "好了", "solved"), Choice("still", "还是不行", "ask")),
        ),
        Node("solved", Kind.OUTCOME, "好了，可以继续收款", say="好了。", result=Result.FIXED),
        Node("ask", Kind.OUTCOME, "请收单机构查", say="请打电话。", result=Result.ESCALATE, tell="请报机身号。"),
    )
    values: dict[str, Any] = {"title": f"向导{slug}", "start": "reading", "codes": codes}
    return Graph.from_nodes(slug, nodes=nodes, **{**values, **changes})


def make_guide(slug: str = "trial", *, published: bool = True, codes: tuple[str, ...] = (), **changes: Any) -> Guide:
    guide = replace_draft(make_graph(slug, codes=codes, **changes))
    if published:
        publish_guide(guide, by=None)
        guide.refresh_from_db()
    return guide


def make_synonyms(*words: str, **changes: Any) -> SynonymGroup:
    group = SynonymGroup.objects.create(**{"slug": f"group-{next(_numbers)}", "words": "\n".join(words), **changes})
    synonyms_saved(group)
    return group


def make_missing(question: str, **changes: Any) -> MissingEntry:
    """An open question that the search found nothing for."""
    today = timezone.localdate()
    values = {"question": question, "normal": normal_question(question), "reason": "found-nothing", "searches": 1}
    return MissingEntry.objects.create(**{**values, "first_seen": today, "last_seen": today, **changes})


def make_user(name: str = "somebody", *, superuser: bool = False, staff: bool = True) -> User:
    user = User.objects.create_user(name, password="a long password for tests", is_staff=staff)
    user.is_superuser = superuser
    user.save()
    return user
