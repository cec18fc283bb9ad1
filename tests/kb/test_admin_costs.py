"""What a page of the admin costs: the same number of queries however many rows it shows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kb.models import (
    Account,
    CodeArticle,
    CodeCause,
    CodeString,
    Disagreement,
    DisagreementPosition,
    ErrorCode,
    SearchEntry,
)
from tests.admin_forms import change_address, client_of, queries
from tests.factories import make_article, make_category, make_cause, make_error_code, make_source, make_system

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Client:
    return client_of("editor")


@pytest.fixture
def reviewer() -> Client:
    return client_of("reviewer")


MANY: dict[str, Callable[[], Any]] = {
    "article": lambda: make_article(sources=1),
    "cause": lambda: make_cause(article=make_article()),
    "causecategory": lambda: make_category(parent=make_category()),
    "errorcode": lambda: make_error_code(causes=1, system=make_system(f"s{ErrorCode.objects.count()}")),
    "codesystem": lambda: make_system(f"s{ErrorCode.objects.count()}{SearchEntry.objects.count()}"),
    "source": make_source,
    "disagreement": lambda: Disagreement.objects.create(
        slug=f"d{Disagreement.objects.count()}", normal="E1", topic="甲", advice="乙"
    ),
}


@pytest.mark.parametrize("name", MANY)
def test_a_list_costs_the_same_at_two_and_at_twenty_rows(reviewer: Client, name: str) -> None:
    address = f"/en/admin/kb/{name}/"
    for _ in range(2):
        MANY[name]()
    few = queries(reviewer, address)
    for _ in range(18):
        MANY[name]()
    assert queries(reviewer, address) == few


def _more_of_a_code(code: ErrorCode) -> None:
    number = code.strings.count()
    CodeString.objects.create(code=code, text=f"X{number}", position=number)
    account = Account.objects.create(
        code=code, key=f"k{number}", source=make_source(), statement="说。", credibility="low"
    )
    CodeCause.objects.create(code=code, cause=make_cause(), account=account)
    CodeArticle.objects.create(code=code, article=make_article())


def test_the_form_of_a_code_costs_the_same_however_many_rows_it_has(reviewer: Client) -> None:
    code = make_error_code()
    for _ in range(2):
        _more_of_a_code(code)
    few = queries(reviewer, change_address(code))
    for _ in range(18):
        _more_of_a_code(code)
    assert queries(reviewer, change_address(code)) == few


def test_the_form_of_an_article_costs_the_same_however_many_sources_it_has(reviewer: Client) -> None:
    short, long = make_article(sources=2), make_article(sources=20)
    assert queries(reviewer, change_address(long)) == queries(reviewer, change_address(short))


def test_the_form_of_a_disagreement_costs_the_same_however_many_positions_it_has(reviewer: Client) -> None:
    codes = [make_error_code(accounts=2), make_error_code(accounts=20)]
    points = [Disagreement.objects.create(slug=f"d{code.pk}", normal="E900", topic="题") for code in codes]
    for code, point in zip(codes, points, strict=True):
        for account in code.accounts.all():
            DisagreementPosition.objects.create(disagreement=point, account=account, says="说。")
    assert queries(reviewer, change_address(points[1])) == queries(reviewer, change_address(points[0]))


def test_accounts_can_be_looked_up_for_a_disagreement(editor: Client) -> None:
    code = make_error_code(title="读卡失败", accounts=2)
    names = {"app_label": "kb", "model_name": "disagreementposition", "field_name": "account"}
    answer = editor.get(reverse("admin:autocomplete"), {**names, "term": "读卡"})
    assert len(answer.json()["results"]) == code.accounts.count()
