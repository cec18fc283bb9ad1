"""`manage.py make_catalogue`: a made-up catalogue, for measuring the search in a database of its own."""

import itertools
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from kb.actions import rebuild_search
from kb.catalogue.sample import SampleCode, sample_codes
from kb.models import CodeString, CodeSystem, ErrorCode, SearchEntry
from kb.models.publication import Status
from kb.search.normalise import normal_code
from kb.search_store.bulk import filled_at_once

_AT_ONCE = 1000


class Command(BaseCommand):
    help = "Fill an empty database with made-up codes, for measuring. Refuses a database that has codes: DATABASE_URL names another."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--size", type=int, required=True, help="number of codes")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same catalogue (1)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["size"] < 1:
            raise CommandError("--size must be 1 or more")
        if SearchEntry.objects.exists() or ErrorCode.objects.exists():
            raise CommandError(
                "this database has content already, and made-up codes must never stand among real ones: name an empty database "
                "in DATABASE_URL and run `manage.py migrate` there first"
            )
        with transaction.atomic():
            system = CodeSystem.objects.create(slug="sample", name="样本", description="为测量而编造，不是真的代码。")
            samples = sample_codes(options["size"], options["seed"])
            while batch := list(itertools.islice(samples, _AT_ONCE)):
                _write(batch, system)
        with filled_at_once():
            rebuild_search()
        self.stdout.write(f"made {options['size']} codes with seed {options['seed']}")


def _write(batch: list[SampleCode], system: CodeSystem) -> None:
    codes = ErrorCode.objects.bulk_create(
        ErrorCode(
            slug=one.slug,
            system=system,
            title=one.title,
            screen_text=one.screen_text,
            meaning=one.meaning,
            asked_as="\n".join(one.asked_as),
            status=Status.PUBLISHED,
        )
        for one in batch
    )
    CodeString.objects.bulk_create(
        CodeString(code=code, text=one.string, normal=normal_code(one.string))
        for code, one in zip(codes, batch, strict=True)
    )
