"""Load the starter content. What an editor changed or deleted stays as the editor left it, and is reported."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from kb.catalogue.reading import Catalogue, FileProblem, MalformedCatalogue, Record
from kb.models import (
    Account,
    Acquirer,
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
    SynonymGroup,
)
from kb.models.publication import Status
from kb.search.normalise import normal_code
from kb.search_index import index_article, index_code, index_meanings, index_strings
from kb.search_vocabulary import forget_vocabulary

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
    for record in catalogue.acquirers:
        loader.acquirer(record)
    for record in catalogue.synonyms:
        loader.synonyms(record)
    if loader.problems:
        raise MalformedCatalogue(loader.problems)
    transaction.on_commit(forget_vocabulary)
    return loader.report


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows that hang on an entry: `write` makes them anew, `stored` and `wanted` give them in a form to compare."""

    write: Callable[[Any], None]
    stored: Callable[[Any], object] = lambda _: None
    wanted: Callable[[], object] = lambda: None

    def differ(self, owner: models.Model) -> bool:
        return self.stored(owner) != self.wanted()


class _Loader:
    def __init__(self, *, update: bool) -> None:
        self.update = update
        self.report = LoadReport()
        self.problems: list[FileProblem] = []

    def source(self, record: Record) -> None:
        values = {key: record[key] for key in ("title", "publisher", "url", "kind", "credibility", "note")}
        self._put(Source, record["key"], lambda: values, record)

    def system(self, record: Record) -> None:
        values = {key: record[key] for key in ("name", "description", "verified", "is_general")}
        values["names"] = "\n".join(record["names"])

        def index(system: CodeSystem) -> None:
            index_meanings(system.codes.all())
            index_strings(CodeString.objects.filter(code__system=system).values_list("normal", flat=True))

        self._put(CodeSystem, record["slug"], lambda: values, record, _Rows(write=index))

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
        values["asked_as"] = "\n".join(record["asked_as"])

        def rows(article: Article) -> None:
            article.aliases.all().delete()
            for alias in record["aliases"]:
                self._row(ArticleAlias(slug=alias, article=article), record)
            self._citations(record, article=article)
            index_article(article)

        def stored(article: Article) -> object:
            return sorted(article.aliases.values_list("slug", flat=True)), _citations_of(article)

        def wanted() -> object:
            return sorted(map(str, record["aliases"])), self._wanted_citations(record)

        self._put(Article, record["slug"], lambda: values, record, _Rows(rows, stored, wanted))

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

        self._put(Cause, record["slug"], values, record, _Rows(lambda cause: index_meanings(cause.codes.all())))

    def code(self, record: Record) -> None:
        keys = (
            "title", "screen_text", "meaning", "responsible", "money_moved", "money_note", "retry", "retry_note",
            "keep_selling", "tell", "confidence", "confidence_note", "common", "often_met",
            "reviewed_on",
        )  # fmt: skip

        def values() -> dict[str, Any]:
            return {
                **{key: record[key] for key in keys},
                "asked_as": "\n".join(record["asked_as"]),
                "system": self._named(CodeSystem, record["system"], record),
                "status": Status.PUBLISHED,
            }

        rows = _Rows(lambda code: self._code_rows(code, record), _code_rows_of, lambda: self._wanted_code_rows(record))
        self._put(ErrorCode, record["slug"], values, record, rows)

    def acquirer(self, record: Record) -> None:
        keys = (
            "brand", "role", "has_left", "legal_name", "standing", "standing_as_of", "hotline", "hotline_confidence", "note",
            "reviewed_on",
        )  # fmt: skip
        values = {**{key: record[key] for key in keys}, "status": Status.PUBLISHED}
        values["names"] = "\n".join(record["names"])
        rows = _Rows(
            lambda acquirer: self._citations(record, acquirer=acquirer),
            _citations_of,
            lambda: self._wanted_citations(record),
        )
        self._put(Acquirer, record["slug"], lambda: values, record, rows)

    def synonyms(self, record: Record) -> None:
        values = {"words": "\n".join(record["words"]), "note": record["note"], "tells_little": record["tells_little"]}
        self._put(SynonymGroup, record["slug"], lambda: values, record)

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
        values = {
            "normal": normal_code(normal),
            "topic": record["topic"],
            "advice": record["advice"],
            "position": position,
        }

        def rows(point: Disagreement) -> None:
            point.positions.all().delete()
            for one, account in zip(record["positions"], accounts, strict=True):
                if account:
                    self._row(DisagreementPosition(disagreement=point, account=account, says=one["says"]), one)

        def stored(point: Disagreement) -> object:
            return sorted(point.positions.values_list("account", "says"))

        def wanted() -> object:
            pairs = zip(record["positions"], accounts, strict=True)
            return sorted((account.pk, str(one["says"])) for one, account in pairs if account)

        self._put(Disagreement, slug, lambda: values, record, _Rows(rows, stored, wanted))

    def _citations(self, record: Record, *, article: Article | None = None, acquirer: Acquirer | None = None) -> None:
        Citation.objects.filter(article=article, acquirer=acquirer).delete()
        for position, citation in enumerate(record["sources"]):
            if source := self._named(Source, citation["source"], citation):
                row = Citation(
                    source=source, article=article, acquirer=acquirer, note=citation["note"], position=position
                )
                self._row(row, citation)

    def _wanted_citations(self, record: Record) -> object:
        known = _existing(Source, (one["source"] for one in record["sources"]))
        numbered = enumerate(record["sources"])
        return [(place, one["source"], str(one["note"])) for place, one in numbered if one["source"] in known]

    def _wanted_code_rows(self, record: Record) -> object:
        """What `_code_rows` would write, as `_code_rows_of` reads it; what an editor deleted is passed over by both."""
        sources = _existing(Source, (one["source"] for one in record["accounts"]))
        causes = _existing(Cause, (one["cause"] for one in record["causes"]))
        articles = _existing(Article, record["articles"])
        return (
            [(place, str(text), normal_code(str(text))) for place, text in enumerate(record["strings"])],
            [
                (place, one["key"], one["source"], one["credibility"], str(one["statement"]))
                for place, one in enumerate(record["accounts"])
                if one["source"] in sources
            ],
            sorted(
                (one["cause"], one["weight"], one["account"] or "")
                for one in record["causes"]
                if one["cause"] in causes
            ),
            [(place, slug) for place, slug in enumerate(record["articles"]) if slug in articles],
        )

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
        rows: _Rows | None = None,
    ) -> None:
        """Create or refresh the row `slug`, unless somebody else has touched it or all is as the record says.

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
        row, given = found or model(slug=slug), values()
        if found is not None and not _differs(found, given) and not (rows and rows.differ(found)):
            self.report.unchanged.append(name)
            return
        for key, value in given.items():
            setattr(row, key, value)
        row._change_reason = REASON  # type: ignore[attr-defined]
        if self._row(row, record):
            if rows:
                rows.write(row)
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


def _differs(row: models.Model, values: Mapping[str, Any]) -> bool:
    """Whether saving `values` would change the row. YAML may read a number where a text is kept."""
    for key, value in values.items():
        field = row._meta.get_field(key)
        if isinstance(field, models.ForeignKey):
            if getattr(row, field.attname) != (value and value.pk):
                return True
        elif isinstance(field, models.Field) and getattr(row, key) != _kept(field, value):
            return True
    return False


def _kept(field: "models.Field[Any, Any]", value: Any) -> Any:
    try:
        return field.to_python(value)
    except ValidationError:  # told when the row is checked, with its place
        return value


def _citations_of(owner: Article | Acquirer) -> object:
    return list(owner.citations.order_by("position", "pk").values_list("position", "source__slug", "note"))


def _code_rows_of(code: ErrorCode) -> object:
    accounts = code.accounts.order_by("position", "pk")
    causes = code.code_causes.values_list("cause__slug", "weight", "account__key")
    return (
        list(code.strings.order_by("position", "pk").values_list("position", "text", "normal")),
        list(accounts.values_list("position", "key", "source__slug", "credibility", "statement")),
        sorted((cause, weight, account or "") for cause, weight, account in causes),
        list(code.code_articles.order_by("position", "pk").values_list("position", "article__slug")),
    )


def _existing(model: type[models.Model], slugs: Iterable[str]) -> set[str]:
    """Those of `slugs` that there are: what an editor deleted is missing from the files' point of view too."""
    return set(model._default_manager.filter(slug__in=list(slugs)).values_list("slug", flat=True))
