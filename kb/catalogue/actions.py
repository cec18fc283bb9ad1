"""Load the starter content. What an editor changed or deleted stays as the editor left it, and is reported."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from kb.catalogue.reading import Catalogue, FileProblem, MalformedCatalogue, Record
from kb.models import (
    Account,
    Article,
    ArticleAlias,
    Cause,
    CauseCategory,
    Citation,
    CodeArticle,
    CodeCause,
    CodeString,
    CodeSystem,
    Disagreement,
    DisagreementPosition,
    ErrorCode,
    Source,
)
from kb.models.publication import Status
from kb.search.normalise import normal_code
from kb.search_index import index_article, index_cause, index_code

# Stands in the history of every row that the loader wrote last; whoever edits the row writes another.
REASON = "starter content"


@dataclass(slots=True)
class LoadReport:
    """What was done, as `kind:slug` names."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)


@transaction.atomic
def load_catalogue(catalogue: Catalogue, *, update: bool = False) -> LoadReport:
    """Create what is missing; with `update`, also bring up to date what nobody has edited since it was loaded.

    All or nothing: one bad record undoes the whole load.

    Raises:
        MalformedCatalogue: a record names something that does not exist or breaks a rule of its model.
    """
    loader = _Loader(update=update)
    for record in catalogue.sources:
        loader.source(record)
    for record in catalogue.systems:
        loader.system(record)
    for position, (record, parent) in enumerate(catalogue.categories):
        loader.category(record, parent, position)
    for record in catalogue.articles:
        loader.article(record)
    for position, record in enumerate(catalogue.causes):
        loader.cause(record, position)
    for record in catalogue.codes:
        loader.code(record)
    for position, record in enumerate(catalogue.disagreements):
        loader.disagreement(record, position)
    if loader.problems:
        raise MalformedCatalogue(loader.problems)
    return loader.report


class _Loader:
    def __init__(self, *, update: bool) -> None:
        self.update = update
        self.report = LoadReport()
        self.problems: list[FileProblem] = []

    def source(self, record: Record) -> None:
        values = {key: record[key] for key in ("title", "publisher", "url", "kind", "credibility", "note")}
        self._put(Source, record["key"], lambda: values, record)

    def system(self, record: Record) -> None:
        values = {key: record[key] for key in ("name", "description", "verified")}
        self._put(CodeSystem, record["slug"], lambda: values, record)

    def category(self, record: Record, parent: str | None, position: int) -> None:
        def values() -> dict[str, Any]:
            return {
                "name": record["name"],
                "description": record["description"],
                "parent": self._named(CauseCategory, parent, record) if parent else None,
                "position": position,
            }

        self._put(CauseCategory, record["slug"], values, record)

    def article(self, record: Record) -> None:
        keys = ("title", "kind", "summary", "who", "minutes", "confidence", "reviewed_on", "body")
        values = {**{key: record[key] for key in keys}, "status": Status.PUBLISHED}

        def rows(article: Article) -> None:
            article.aliases.all().delete()
            article.citations.all().delete()
            for alias in record["aliases"]:
                self._row(ArticleAlias(slug=alias, article=article), record)
            for position, citation in enumerate(record["sources"]):
                if source := self._named(Source, citation["source"], citation):
                    row = Citation(source=source, article=article, note=citation["note"], position=position)
                    self._row(row, citation)
            index_article(article)

        self._put(Article, record["slug"], lambda: values, record, rows)

    def cause(self, record: Record, position: int) -> None:
        def values() -> dict[str, Any]:
            return {
                "name": record["name"],
                "summary": record["summary"],
                "category": self._named(CauseCategory, record["category"], record),
                "article": self._named(Article, record["article"], record) if record["article"] else None,
                "position": position,
                "status": Status.PUBLISHED,
            }

        self._put(Cause, record["slug"], values, record, index_cause)

    def code(self, record: Record) -> None:
        keys = (
            "title", "screen_text", "meaning", "responsible", "money_moved", "money_note", "retry", "retry_note",
            "keep_selling", "tell", "confidence", "confidence_note", "common", "reviewed_on",
        )  # fmt: skip

        def values() -> dict[str, Any]:
            return {
                **{key: record[key] for key in keys},
                "system": self._named(CodeSystem, record["system"], record),
                "status": Status.PUBLISHED,
            }

        self._put(ErrorCode, record["slug"], values, record, lambda code: self._code_rows(code, record))

    def disagreement(self, record: Record, position: int) -> None:
        owners = [str(one["account"]).partition("/") for one in record["positions"]]
        accounts = [Account.objects.filter(code__slug=code, key=key).first() for code, _, key in owners]
        for one, account, (code, _, _) in zip(record["positions"], accounts, owners, strict=True):
            # An account that an editor took away with its code, or from it, is no mistake of the file.
            if account is None and not self._is_edited(ErrorCode, code):
                self._problem(one, f"no account {one['account']!r}; write it as code-slug/account-key")
        first = next((account for account in accounts if account), None)
        if first is None:
            return
        string = first.code.strings.first()
        normal = string.normal if string else first.code.slug
        slug = record["slug"] or f"{normal.lower()}-{'-'.join(record['seed']).lower() or position}"
        values = {"normal": normal, "topic": record["topic"], "advice": record["advice"], "position": position}

        def rows(point: Disagreement) -> None:
            point.positions.all().delete()
            for one, account in zip(record["positions"], accounts, strict=True):
                if account:
                    self._row(DisagreementPosition(disagreement=point, account=account, says=one["says"]), one)

        self._put(Disagreement, slug, lambda: values, record, rows)

    def _code_rows(self, code: ErrorCode, record: Record) -> None:
        before = list(code.strings.values_list("normal", flat=True))
        for related in (code.strings, code.code_causes, code.code_articles):
            related.all().delete()
        # Accounts are kept by key: disagreements hang on them.
        code.accounts.exclude(key__in=[account["key"] for account in record["accounts"]]).delete()
        for position, text in enumerate(record["strings"]):
            if not normal_code(str(text)):
                self._problem(record, f"strings: {text!r} holds no letter or digit")
                continue
            self._row(CodeString(code=code, text=str(text), position=position), record)
        accounts: dict[str, Account] = {}
        for position, one in enumerate(record["accounts"]):
            if source := self._named(Source, one["source"], one):
                row = code.accounts.filter(key=one["key"]).first() or Account(code=code, key=one["key"])
                row.source, row.statement, row.credibility = source, one["statement"], one["credibility"]
                row.position = position
                if self._row(row, one):
                    accounts[one["key"]] = row
        for one in record["causes"]:
            if one["account"] and one["account"] not in accounts:
                self._problem(one, f"no account {one['account']!r} in this code")
            elif cause := self._named(Cause, one["cause"], one):
                account = accounts.get(one["account"])
                self._row(CodeCause(code=code, cause=cause, weight=one["weight"], account=account), one)
        for position, slug in enumerate(record["articles"]):
            if article := self._named(Article, slug, record):
                self._row(CodeArticle(code=code, article=article, position=position), record)
        index_code(code, strings_before=before)

    def _put(
        self,
        model: type[models.Model],
        slug: str,
        values: Callable[[], dict[str, Any]],
        record: Record,
        rows: Callable[[Any], None] = lambda _: None,
    ) -> None:
        """Create or refresh the row `slug`, unless somebody else has touched it.

        `values` is asked only for a row that is written: what a kept row refers to may be gone by an editor's hand.
        """
        name = f"{model._meta.model_name}:{slug}"
        history = getattr(model, "history", None)
        found = model._default_manager.filter(slug=slug).first()
        if found is None and history is not None and history.filter(slug=slug).exists():
            self.report.deleted.append(name)
            return
        if found is not None:
            last = history.filter(slug=slug).first() if history is not None else None
            # A cleaned-out history says nothing: then somebody's work is assumed.
            if last is None or last.history_change_reason != REASON:
                self.report.edited.append(name)
                return
            if not self.update:
                self.report.unchanged.append(name)
                return
        row = found or model(slug=slug)
        for key, value in values().items():
            setattr(row, key, value)
        row._change_reason = REASON  # type: ignore[attr-defined]
        if self._row(row, record):
            rows(row)
            (self.report.updated if found is not None else self.report.created).append(name)

    def _row(self, row: models.Model, record: Record) -> bool:
        try:
            row.full_clean()
        except ValidationError as error:
            for field_name, messages in error.message_dict.items():
                self._problem(record, f"{field_name}: {' '.join(messages)}")
            return False
        row.save()
        return True

    def _is_edited(self, model: type[models.Model], slug: str) -> bool:
        """Whether somebody else wrote or deleted the row `slug` after the loader."""
        last = model.history.filter(slug=slug).first()  # type: ignore[attr-defined]  # given by simple_history
        return last is not None and last.history_change_reason != REASON

    def _named(self, model: type[models.Model], slug: str, record: Record) -> Any:
        """The row `slug`, None where there is none: a mistake of the file, unless an editor deleted it."""
        found = model._default_manager.filter(slug=slug).first()
        history = getattr(model, "history", None)
        if found is None and (history is None or not history.filter(slug=slug).exists()):
            self._problem(record, f"no {model._meta.model_name} {slug!r}")
        return found

    def _problem(self, record: Record, message: str) -> None:
        self.problems.append(FileProblem(record.file, record.place, message))
