"""Chainable filters that read as adjectives."""

from typing import Any, Self

from django.db import models


class PublishableQuerySet(models.QuerySet[Any]):
    def published(self) -> Self:
        """Entries that the public may see: the one place that decides it."""
        return self.filter(status="published")


class ErrorCodeQuerySet(PublishableQuerySet):
    def shown_as(self, normal: str) -> Self:
        """Meanings of the string whose normal form is `normal`."""
        return self.filter(strings__normal=normal)


class MissingEntryQuerySet(models.QuerySet[Any]):
    def open(self) -> Self:
        return self.filter(state="open")

    def answered_by(self, kind: str, slug: str) -> Self:
        """Named by the answer they have, or by the draft that is to be one."""
        return self.filter(answer_kind=kind, answer_slug=slug)

    def untouched(self) -> Self:
        """Those for which nobody has begun anything."""
        return self.filter(answer_slug="", synonyms=None, is_kept=False)
