"""One database of part `search` of `make bench`: `python -m tools.bench_search_measure SIZE SEED REPETITIONS` prints JSON.

A process of its own, because a process has one database: DATABASE_URL names an empty one, which is filled here.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import django
import yaml
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_MS = 1000


def main() -> int:
    size, seed, repetitions = (int(word) for word in sys.argv[1:4])
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    started = time.perf_counter()
    call_command("make_catalogue", size=size, seed=seed, stdout=sys.stderr)
    made = time.perf_counter() - started
    sys.stdout.write(
        json.dumps({"size": size, "made_in_seconds": round(made, 1), **measured(size, seed, repetitions)}) + "\n"
    )
    return 0


def measured(size: int, seed: int, repetitions: int) -> dict[str, Any]:
    """Times in milliseconds, sorted, and shares of 0–1, for each kind of search."""
    # The models can be imported only once the settings are read.
    from kb.catalogue.sample import misspelt, sample_codes  # noqa: PLC0415
    from kb.models import SearchEntry, SynonymGroup  # noqa: PLC0415
    from kb.queries.finding import find  # noqa: PLC0415
    from kb.queries.search import near_codes, search_page, suggestions  # noqa: PLC0415
    from kb.search.understand import understand  # noqa: PLC0415
    from kb.search_store.base import rows  # noqa: PLC0415
    from kb.search_store.current import store  # noqa: PLC0415
    from kb.search_vocabulary import forget_vocabulary, vocabulary  # noqa: PLC0415

    groups = yaml.safe_load((ROOT / "fixtures" / "synonyms.yaml").read_text(encoding="utf-8"))
    for group in groups:  # questions are understood with the words that the site has
        SynonymGroup.objects.create(
            slug=group["slug"], words="\n".join(group["words"]), tells_little=group.get("tells_little", False)
        )
    forget_vocabulary()

    samples = list(sample_codes(size, seed))
    chance = random.Random(seed + 1)  # noqa: S311 - a reproducible choice, no secret
    chosen = [chance.choice(samples) for _ in range(repetitions)]
    holding = {
        one.keyword: {other.slug for other in samples if one.keyword in other.title or one.keyword in other.screen_text}
        for one in chosen
    }
    slugs = dict(SearchEntry.objects.values_list("pk", "slug"))
    typed = [(sample, misspelt(sample.string, chance)) for sample in chosen]
    beginnings = [sample.string[:2] for sample in chosen]
    keys = (
        [chance.choice(list(slugs)) for _ in range(repetitions)]
        if size <= 1000
        else chance.sample(list(slugs), repetitions)
    )

    def code(text: str) -> Any:
        return store().codes([mention.normal for mention in understand(text, vocabulary()).codes])

    def words(text: str) -> list[str]:
        return [slugs[pk] for pk in find(understand(text, vocabulary())).entries]

    jobs: dict[str, tuple[Callable[[Any], Any], list[Any]]] = {
        "bare": (lambda key: rows("SELECT title FROM kb_searchentry WHERE id = %s", [key]), keys),
        "code": (code, [sample.string for sample in chosen]),
        "suggestion": (lambda beginning: store().codes_beginning(beginning, 8), beginnings),
        "misspelling": (near_codes, [wrong for _, wrong in typed]),
        "keyword": (words, [sample.keyword for sample in chosen]),
        "question": (words, [sample.question for sample in chosen]),
        # What a visitor's request asks, with everything that the page shows: money line, articles, marks, facets.
        "code page": (search_page, [sample.string for sample in chosen]),
        "suggestion list": (suggestions, beginnings),
        "misspelling page": (search_page, [wrong for _, wrong in typed]),
        "keyword page": (search_page, [sample.keyword for sample in chosen]),
        "question page": (search_page, [sample.question for sample in chosen]),
    }
    found: dict[str, list[Any]] = {}
    times: dict[str, list[float]] = {}
    for name, (job, inputs) in jobs.items():
        vocabulary()
        found[name] = [job(one) for one in inputs[:20]]  # warm: caches of the database and of the process
        found[name], times[name] = [], []
        for one in inputs:
            vocabulary()  # read once in some seconds, outside what is measured
            started = time.perf_counter()
            found[name].append(job(one))
            times[name].append((time.perf_counter() - started) * SECONDS_TO_MS)
    return {
        "times": {name: sorted(values) for name, values in times.items()},
        "quality": {
            "keyword": _share(
                _first_ten_hold(answer, holding[sample.keyword])
                for sample, answer in zip(chosen, found["keyword"], strict=True)
            ),
            "question": _share(
                sample.slug in answer[:10] for sample, answer in zip(chosen, found["question"], strict=True)
            ),
            "misspelling": _share(
                sample.string in {one.normal for one in near_codes(wrong, most=1000)}
                for sample, wrong in typed
                if len(wrong) >= 3
            ),
            "misspelling as shown": _share(
                sample.string in {one.normal for one in near_codes(wrong)} for sample, wrong in typed if len(wrong) >= 3
            ),
        },
    }


def _first_ten_hold(answer: Sequence[str], right: set[str]) -> bool:
    """Whether the first ten are entries with the keyword, or as many of them as there are."""
    first = answer[: min(10, len(right))]
    return len(first) == min(10, len(right)) and all(slug in right for slug in first)


def _share(values: Iterable[bool]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)


if __name__ == "__main__":
    sys.exit(main())
