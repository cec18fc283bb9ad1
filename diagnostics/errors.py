"""Refusals of this app. They carry data; views and commands find the words."""

from collections.abc import Sequence

from diagnostics.engine.problems import Problem


class PublishRefused(Exception):
    """A draft has errors; `problems` are all that were found, warnings included."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{problem.id} {problem.message}" for problem in problems))
        self.problems = tuple(problems)


class UnknownArticles(Exception):
    """A guide names articles that do not exist."""

    def __init__(self, slugs: Sequence[str]) -> None:
        super().__init__(", ".join(slugs))
        self.slugs = tuple(slugs)


class UnusableDraft(Exception):
    """The rows of a draft cannot hold a guide; `reasons` say where and why, in the reader's language."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = tuple(reasons)
