"""Draft graphs to rows: the difference is written, so that ids, histories and untouched rows stay as they are."""

from collections.abc import Collection, Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db.models import F, Model

from diagnostics.engine.graph import Graph
from diagnostics.engine.graph import Node as GraphNode
from diagnostics.engine.problems import unprintable_texts
from diagnostics.errors import UnknownArticles, UnusableDraft
from diagnostics.models import Choice, Guide, GuideCode, Node, NodeArticle, RecordedPath
from kb.models import Article
from kb.search.normalise import normal_code


def write_draft(
    guide: Guide,
    before: Graph,
    after: Graph,
    *,
    renamed: Mapping[str, str] | None = None,
    fitting: Collection[str] = (),
    summary: str | None = None,
    said: Mapping[str, str] | None = None,
) -> None:
    """Make the rows of a guide, which hold `before`, hold `after`; a new guide is stored. `renamed` maps old node ids to
    new ones.

    `fitting` are nodes whose words to read aloud an editor found to fit the title. `said` are the titles that stale
    words were written for, by node: all other words fit then. Without a `summary` it stays as it is. Call it in a transaction: what is refused is found before most rows are written, not before all.

    Raises:
        UnknownArticles: nodes name articles that do not exist.
        UnusableDraft: texts are too long, hold what no page can show, or stand twice.
    """
    # What stood there before does not keep an editor from mending the rest: it stops publishing (G022).
    unprintable = [
        f"{one.node or 'guide'}: {one.message}"
        for one in unprintable_texts(after)
        if not one.node or after.nodes.get(one.node) != before.nodes.get(one.node)
    ]
    if unprintable:
        raise UnusableDraft(unprintable)
    wanted = {slug for node in after.nodes.values() for slug in node.articles}
    articles = {article.slug: article for article in Article.objects.filter(slug__in=wanted)}
    if missing := sorted(wanted - articles.keys()):
        raise UnknownArticles(missing)
    writer = _Writer(guide, articles, frozenset(fitting))
    writer.write(before, after, dict(renamed or {}), guide.summary if summary is None else summary)
    if writer.refused:
        raise UnusableDraft(writer.refused)
    if said is not None:
        guide.nodes.exclude(say="").update(say_title=F("title"))
        for node_id, title in said.items():
            guide.nodes.filter(key=node_id).update(say_title=title)


def is_new(row: Model) -> bool:
    """Whether a row was never stored."""
    return row.pk is None


class _Writer:
    """Writes rows as their models allow, and collects what they refuse: both databases then say the same."""

    def __init__(self, guide: Guide, articles: Mapping[str, Article], fitting: frozenset[str]) -> None:
        self.refused: list[str] = []
        self._guide = guide
        self._articles = articles
        self._fitting = fitting

    def write(self, before: Graph, after: Graph, renamed: Mapping[str, str], summary: str) -> None:
        guide = self._guide
        self.refused += [f"nodes.{node_id}: {Node._meta.verbose_name}: ×2" for node_id in after.duplicates]
        changed = is_new(guide) or (guide.title, guide.start, guide.summary) != (after.title, after.start, summary)
        guide.title, guide.start, guide.summary = after.title, after.start, summary
        if not self._allows(guide, "guide"):
            return
        if changed:  # every save of the row is a line of its history
            guide.save()
        if before.codes != after.codes:
            guide.codes.all().delete()
            self._create(
                GuideCode,
                (
                    (f"codes.{text}", normal, GuideCode(guide=guide, text=text, position=number, normal=normal))
                    for number, text in enumerate(after.codes)
                    for normal in (normal_code(text),)
                ),
            )
        self._write_nodes(before, after, renamed)
        if before.paths != after.paths:
            guide.paths.all().delete()
            rows = (
                RecordedPath(guide=guide, answers=[list(one) for one in path.answers], ends=path.ends, position=number)
                for number, path in enumerate(after.paths)
            )
            self._create(RecordedPath, ((f"paths.{row.position + 1}", str(row.position), row) for row in rows))

    def _write_nodes(self, before: Graph, after: Graph, renamed: Mapping[str, str]) -> None:
        rows = {row.key: row for row in self._guide.nodes.all()}
        old_ids = {new: old for old, new in renamed.items()}

        def old_id_of(node_id: str) -> str:
            return old_ids.get(node_id, "" if node_id in renamed else node_id)

        if gone := rows.keys() - {old_id_of(node_id) for node_id in after.nodes}:
            self._guide.nodes.filter(key__in=gone).delete()
        for old_id in renamed.keys() & rows.keys() & after.nodes.keys():
            # Another node takes this one's id, maybe before this one has its new one: no id may stand twice meanwhile.
            self._guide.nodes.filter(key=old_id).update(key=f".{rows[old_id].pk}")
        moved: list[Node] = []
        for position, node in enumerate(after.nodes.values()):
            old_id = old_id_of(node.id)
            row = rows.get(old_id)
            old = before.nodes.get(old_id) if row is not None else None
            if row is None:
                row = Node(guide=self._guide)
            elif old == node and node.id not in self._fitting:
                if row.position != position:
                    row.position = position
                    moved.append(row)
                continue
            row.position = position
            self._write_node(row, old, node)
        Node.objects.bulk_update(moved, ["position"], batch_size=200)

    def _write_node(self, row: Node, old: GraphNode | None, node: GraphNode) -> None:
        place = f"nodes.{node.id}"
        if old is None or old.say != node.say or node.id in self._fitting:
            row.say_title = node.title[:200] if node.say else ""
        row.key, row.kind, row.title, row.help = node.id, node.kind.value, node.title, node.help
        row.say, row.note, row.picture, row.minutes = node.say, node.note, node.picture, node.minutes
        row.result, row.tell = node.result.value if node.result else "", node.tell
        row.inner_guide, row.then = node.guide, node.then
        if not self._allows(row, place):
            return
        row.save()
        if old is None or old.choices != node.choices:
            row.choices.all().delete()
            self._create(
                Choice,
                (
                    (
                        f"{place}.choices.{one.id}",
                        one.id,
                        Choice(node=row, key=one.id, label=one.label, hint=one.hint, to=one.to, position=number),
                    )
                    for number, one in enumerate(node.choices)
                ),
            )
        if old is None or old.articles != node.articles:
            row.node_articles.all().delete()
            self._create(
                NodeArticle,
                (
                    (
                        f"{place}.articles.{slug}",
                        slug,
                        NodeArticle(node=row, article=self._articles[slug], position=number),
                    )
                    for number, slug in enumerate(node.articles)
                ),
            )

    def _create(self, model: type[Model], rows: Iterable[tuple[str, str, Model]]) -> None:
        """Rows with their place and what of them may stand only once."""
        allowed: dict[str, Model] = {}
        for place, key, row in rows:
            if key in allowed:
                self.refused.append(f"{place}: {model._meta.verbose_name}: ×2")
            elif self._allows(row, place):
                allowed[key] = row
        model._default_manager.bulk_create(allowed.values())

    def _allows(self, row: Model, place: str) -> bool:
        # What must stand once does: a graph's ids are keys, `_create` sees to the rest, and the guide's row is locked. No
        # query for each row.
        links = [field.name for field in row._meta.concrete_fields if field.is_relation]
        try:
            row.full_clean(
                exclude=links, validate_unique=is_new(row) and isinstance(row, Guide), validate_constraints=False
            )
        except ValidationError as error:
            self.refused += [f"{place}: {name}: {' '.join(texts)}" for name, texts in error.message_dict.items()]
            return False
        return True
