"""`manage.py eval_search FILE`: how well the search answers questions whose answers are known."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kb.evaluation import MalformedList, evaluate, read_expectations


class Command(BaseCommand):
    help = "Ask the search every question of a list and print hit@1, hit@3, MRR, honest answers to unknown codes, and each miss."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help='JSON: [{"q": question, "expect": ["code:slug", …] or ["unknown"]}, …]'
        )
        parser.add_argument(
            "--first", action="store_true", help="list the questions too whose first hit is not a right one"
        )

        parser.add_argument(
            "--json", action="store_true", help="print each question with its first ten hits, and nothing else"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = evaluate(read_expectations(options["file"]))
        except MalformedList as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps([[answer.expectation.question, answer.found] for answer in found.answers]))
            return
        for answer in found.answers:
            is_second = options["first"] and not answer.expectation.is_unknown and answer.rank != 1
            if answer.is_miss or is_second:
                place = f"found at {answer.rank}" if answer.rank else "not found"
                self.stdout.write(f"{'miss' if answer.is_miss else 'late'}: {answer.expectation.question} ({place})")
                self.stdout.write(f"    expected {' '.join(answer.expectation.expect)}")
                self.stdout.write(f"    got      {' '.join(answer.found[:5]) or 'nothing'}")
        self.stdout.write(
            f"{len(found.answers)} questions: hit@1 {found.hit_at(1):.3f}, hit@3 {found.hit_at(3):.3f}, MRR {found.mrr:.3f}; "
            f"unknown codes answered honestly {found.honest:.3f} of {len(found.unknown)}"
        )
