"""A guide of the database for a command, by its slug."""

from django.core.management.base import CommandError

from diagnostics.assembly import draft_graph, revision_graph
from diagnostics.engine.graph import Graph
from diagnostics.models import Guide


def stored_graph(slug: str, *, is_live: bool) -> Graph:
    """The draft as its authors wrote it, or what readers walk.

    Raises:
        CommandError: there is none; it names those that there are.
    """
    guide = Guide.objects.select_related("live_revision").filter(slug=slug).first()
    if guide is None:
        known = ", ".join(Guide.objects.order_by("slug").values_list("slug", flat=True)) or "none"
        raise CommandError(f"no guide {slug!r}; there are: {known}")
    if not is_live:
        return draft_graph(guide)
    if guide.live_revision is None:
        raise CommandError(f"readers cannot walk {slug!r}: it is not published; leave out --live for its draft")
    return revision_graph(guide.live_revision)
