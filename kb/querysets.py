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
