"""The engine's problems in the reader's language. The engine itself knows English only (docs/guide-problems.md)."""

from django.utils.translation import gettext

from diagnostics.engine.catalogue import CATALOGUE, Problem


def problem_text(problem: Problem) -> tuple[str, str]:
    """What is wrong, and what to do about it."""
    kind = CATALOGUE[problem.id]
    return gettext(kind.message).format_map(problem.data), gettext(kind.hint).format_map(problem.data)
