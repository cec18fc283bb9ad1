"""Reads for the pages of causes."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.models import Cause, CauseCategory, ErrorCode, SearchEntry
from kb.queries.articles import code_entries


@dataclass(frozen=True, slots=True)
class CategoryBranch:
    category: CauseCategory
    causes: tuple[Cause, ...]
    children: tuple["CategoryBranch", ...]


def cause_tree() -> tuple[CategoryBranch, ...]:
    """Categories with a published cause somewhere below them, and their causes. Two queries."""
    categories = list(CauseCategory.objects.order_by("position", "name"))
    causes: dict[int, list[Cause]] = {}
    for cause in Cause.objects.published().order_by("position", "name"):
        causes.setdefault(cause.category_id, []).append(cause)
    return _branches(None, categories, causes)


def cause_page(slug: str) -> tuple[Cause, tuple[SearchEntry, ...]]:
    """A published cause with its category and article, and the published codes it can bring. Two queries.

    Raises:
        Cause.DoesNotExist: there is no such cause, or it is a draft.
    """
    cause = Cause.objects.published().select_related("category", "article").get(slug=slug)
    return cause, code_entries(ErrorCode.objects.filter(causes=cause))


def _branches(
    parent: int | None, categories: Sequence[CauseCategory], causes: dict[int, list[Cause]]
) -> tuple[CategoryBranch, ...]:
    branches = (
        CategoryBranch(
            category=category,
            causes=tuple(causes.get(category.pk, ())),
            children=_branches(category.pk, categories, causes),
        )
        for category in categories
        if category.parent_id == parent
    )
    return tuple(branch for branch in branches if branch.causes or branch.children)
