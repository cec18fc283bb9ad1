"""`manage.py eval_search`: what it counts, what it prints, what it refuses."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from kb.actions import article_saved
from kb.evaluation import Expectation, evaluate
from tests.factories import make_article, make_error_code

pytestmark = pytest.mark.django_db


def test_right_hits_count_by_their_place_and_unknown_codes_by_honesty() -> None:
    make_article(slug="demag-card", title="磁条消磁")
    make_error_code(strings=("E1",), slug="one")
    found = evaluate(
        [
            Expectation("消磁", ("article:demag-card",)),
            Expectation("E1", ("code:one",)),
            Expectation("没人写过的事情", ("article:demag-card",)),
            Expectation("错误代码E999", ("unknown",)),
            Expectation("E1", ("unknown",)),
        ]
    )
    assert [answer.rank for answer in found.answers[:3]] == [1, 1, None]
    assert (found.hit_at(1), found.hit_at(3), round(found.mrr, 3), found.honest) == (2 / 3, 2 / 3, 0.667, 0.5)


def test_an_alias_and_a_hub_count_as_what_they_stand_for() -> None:
    article = make_article(title="磁条消磁")
    article.aliases.create(slug="keep-away")
    article_saved(article)
    make_error_code(strings=("E2",), slug="one")
    make_error_code(strings=("E2",), slug="two")
    found = evaluate(
        [Expectation("消磁", ("article:keep-away",)), Expectation("E2", ("code:two",)), Expectation("E2", ("code:e2",))]
    )
    assert [answer.rank for answer in found.answers] == [1, 1, 1]


def run(tmp_path: Path, items: object) -> str:
    file = tmp_path / "questions.json"
    file.write_text(json.dumps(items), encoding="utf-8")
    said = StringIO()
    call_command("eval_search", file, stdout=said)
    return said.getvalue()


def test_it_prints_shares_and_each_miss(tmp_path: Path) -> None:
    make_article(slug="demag-card", title="磁条消磁")
    said = run(
        tmp_path, [{"q": "消磁", "expect": ["article:demag-card"]}, {"q": "签到", "expect": ["article:demag-card"]}]
    )
    assert "miss: 签到 (not found)" in said
    assert "2 questions: hit@1 0.500, hit@3 0.500, MRR 0.500" in said


@pytest.mark.parametrize(
    ("items", "says"),
    [
        ({"q": "x"}, "expected a list"),
        ([{"q": "x"}], "question 1"),
        ([{"q": "x", "expect": []}], "`expect` is empty"),
        ([{"q": "x", "expect": ["a"]}, "y"], "question 2"),
    ],
)
def test_a_malformed_list_is_refused_with_the_place(tmp_path: Path, items: object, says: str) -> None:
    with pytest.raises(CommandError, match=says):
        run(tmp_path, items)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(CommandError, match=r"nowhere\.json"):
        call_command("eval_search", "nowhere.json")
