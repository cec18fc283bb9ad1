"""Refusals of this app. They carry data; views and commands find the words."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

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


class DraftMoved(Exception):
    """Somebody saved the draft since the user looked at it. `number` is the draft of now; `by` is None for a command."""

    def __init__(self, number: int, by: AbstractBaseUser | None, at: datetime | None) -> None:
        super().__init__(number)
        self.number = number
        self.by = by
        self.at = at


class NodeMoved(DraftMoved):
    """As `DraftMoved`, and it was the same node."""


class NotInReview(Exception):
    """A draft was to be published that nobody handed in, or that was changed since."""


class AuthorMayNotApprove(Exception):
    """Who made the last change does not approve it."""


class AlreadyLive(Exception):
    """Readers walk exactly this already, as revision `number`."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number
