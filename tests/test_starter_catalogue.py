"""What the shipped catalogue promises: every code and screen message of the domain facts, with money and numbers as they say.

Read from the files; only the hubs need a database. The facts lie beside a checkout, not in it: what needs them is skipped elsewhere.
"""

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from kb.catalogue.reading import Catalogue, Record, read_catalogue
from kb.models import SearchEntry
from kb.models.search import EntryKind
from kb.search.normalise import normal_code

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
DOMAIN = FIXTURES.parent.parent / "shared" / "domain"
needs_facts = pytest.mark.skipif(not DOMAIN.exists(), reason="the domain facts lie beside a checkout, not in it")

# Whose terminal a message is said to be of, and the systems that it may stand in.
SYSTEMS = {
    "Newland StarPOS": {"starpos"},
    "Newland / NEWPOS": {"starpos", "newpos"},
    "NEWPOS": {"newpos"},
    "NEWPOS / generic": {"screen", "newpos"},
    "NEWPOS / Windcave": {"windcave", "newpos"},
    "Windcave": {"windcave"},
    "UMS kiosk": {"ums-kiosk"},
    "UMS kiosk / generic": {"ums-kiosk"},
    "Verifone EFTPOS-1": {"verifone"},
    "Verifone VX520": {"verifone"},
    "Stripe/BBPOS": {"stripe"},
    "Ingenico": {"ingenico"},
    "Ingenico (Rapyd)": {"ingenico"},
    "PAX (Maya)": {"pax"},
    "SEO claim": {"web"},
    "generic CN": {"screen"},
    "Generic": {"screen"},
    "Generic dial POS": {"screen"},
}
# Generic messages that quote a response code: the string belongs to that code's own entry.
QUOTED = {"mac-error": "unionpay-a0", "pin-format": "unionpay-99", "fallback-denied": "unionpay-45"}
# Time-outs before anything was sent: the connection was never made, or no card was presented.
NEVER_SENT = {"connect-timeout": "yes", "no-signal": "after_action", "card-detect-timeout": "yes"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue(FIXTURES)


@pytest.fixture(scope="module")
def codes(catalogue: Catalogue) -> dict[str, Record]:
    return {code["slug"]: code for code in catalogue.codes}


def facts(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DOMAIN / name).read_text(encoding="utf-8"))
    return found


def strings_of(code: Record) -> set[str]:
    return {normal_code(text) for text in code["strings"]}


def written_out(strings: str) -> set[str]:
    """`E106/E101` and `E319-E321` as single strings."""
    found: set[str] = set()
    for part in filter(None, strings.split("/")):
        if span := re.fullmatch(r"([A-Z]+)(\d+)-[A-Z]+(\d+)", part):
            found |= {f"{span[1]}{number}" for number in range(int(span[2]), int(span[3]) + 1)}
        else:
            found.add(part)
    return found


def disagreed(catalogue: Catalogue, slug: str) -> list[Record]:
    return [
        point
        for point in catalogue.disagreements
        if sum(row["account"].startswith(f"{slug}/") for row in point["positions"]) >= 2
    ]


@needs_facts
class TestEveryFactIsThere:
    def test_every_response_code_is_an_entry_of_unionpay(self, codes: dict[str, Record]) -> None:
        wanted = [fact["code"] for fact in facts("response_codes.json")]
        assert len(wanted) == len(set(wanted)) == 93
        for string in wanted:
            code = codes[f"unionpay-{string.lower()}"]
            assert (code["system"], string in strings_of(code)) == ("unionpay", True), string

    def test_every_screen_message_is_an_entry_of_its_system_with_its_strings(self, codes: dict[str, Record]) -> None:
        messages = facts("terminal_messages.json")
        assert len({message["id"] for message in messages}) == 80
        for message in messages:
            slug = message["id"].replace("_", "-")
            assert codes[slug]["system"] in SYSTEMS[message["scope"]], slug
            owner = codes[QUOTED.get(slug, slug)]
            assert written_out(message["code"]) <= strings_of(owner), slug

    def test_every_time_out_may_have_taken_the_money(self, codes: dict[str, Record]) -> None:
        said = re.compile("超时|time.?out|无应答|未收到", re.IGNORECASE)
        slugs = {one["id"].replace("_", "-") for one in facts("terminal_messages.json") if said.search(_words(one))}
        slugs |= {f"unionpay-{one['code'].lower()}" for one in facts("response_codes.json") if said.search(_words(one))}
        assert {"response-timeout", "unionpay-68", "unionpay-98"} <= slugs
        for slug in slugs - NEVER_SENT.keys():
            assert (codes[slug]["money_moved"], codes[slug]["retry"]) == ("unknown", "after_check"), slug

    def test_acquirers_show_numbers_only_as_the_facts_allow(self, catalogue: Catalogue) -> None:
        listed = {one["brand"]: one for one in catalogue.acquirers}
        for fact in facts("acquirers.json"):
            for brand in _brands(fact["brand"]):
                acquirer = next(one for name, one in listed.items() if name.startswith(brand) or brand.startswith(name))
                confidence = fact["hotline_confidence"]
                if confidence in {"do not list", "none"}:
                    assert (acquirer["hotline"], acquirer["hotline_confidence"]) == ("", "not-listed"), brand
                elif confidence == "reliable":
                    assert acquirer["hotline"] in fact["hotline"], brand
                else:
                    assert acquirer["hotline_confidence"] != "reliable", brand


def _words(fact: dict[str, Any]) -> str:
    return f"{fact['zh']} {fact['en']}"


def _brands(text: str) -> list[str]:
    """快钱、海科融通 are two; what stands in brackets is no part of the name."""
    return re.sub(r"（.*?）|金融消费权益保护", "", text).split("、")


class TestMoney:
    @pytest.mark.parametrize("string", ["06", "09", "68", "94", "96", "98", "A0"])
    def test_an_unknown_result_is_never_simply_tried_again(self, codes: dict[str, Record], string: str) -> None:
        code = codes[f"unionpay-{string.lower()}"]
        assert (code["money_moved"], code["retry"]) == ("unknown", "after_check")

    @pytest.mark.parametrize("slug", ["response-timeout", "comm-error", "vx-comm", "server-unreachable"])
    def test_a_lost_answer_may_have_taken_the_money(self, codes: dict[str, Record], slug: str) -> None:
        assert (codes[slug]["money_moved"], codes[slug]["retry"]) == ("unknown", "after_check")

    @pytest.mark.parametrize(("slug", "retry"), NEVER_SENT.items())
    def test_what_was_never_sent_took_none(self, codes: dict[str, Record], slug: str, retry: str) -> None:
        assert (codes[slug]["money_moved"], codes[slug]["retry"]) == ("no", retry)

    def test_nothing_is_simply_tried_again_where_money_may_have_moved(self, codes: dict[str, Record]) -> None:
        assert [slug for slug, one in codes.items() if one["retry"] == "yes" and one["money_moved"] != "no"] == []


class TestEntries:
    def test_every_code_says_what_a_merchant_needs(self, codes: dict[str, Record]) -> None:
        needed = ("money_note", "retry_note", "tell", "accounts", "articles")
        assert [(slug, key) for slug, code in codes.items() for key in needed if not code[key]] == []

    @pytest.mark.parametrize("string", ["05", "12", "21", "22", "58"])
    def test_tables_that_contradict_each_other_are_all_quoted(
        self, catalogue: Catalogue, codes: dict[str, Record], string: str
    ) -> None:
        assert len(codes[f"unionpay-{string}"]["accounts"]) >= 2
        assert disagreed(catalogue, f"unionpay-{string}")

    @pytest.mark.parametrize(("string", "systems"), [("A4", {"unionpay", "ums-kiosk"}), ("Z1", {"unionpay", "screen"})])
    def test_a_string_of_two_systems_keeps_both_meanings(
        self, codes: dict[str, Record], string: str, systems: set[str]
    ) -> None:
        found = [code["system"] for code in codes.values() if string in strings_of(code)]
        assert sorted(found) == sorted(systems)


class TestAcquirers:
    def test_only_the_clearing_house_and_the_regulator_have_reliable_numbers(self, catalogue: Catalogue) -> None:
        others = {
            one["slug"]: (one["role"], one["hotline"]) for one in catalogue.acquirers if one["role"] != "acquirer"
        }
        assert others == {"unionpay-95516": ("clearing", "95516"), "pboc-12363": ("regulator", "12363")}
        reliable = {one["slug"] for one in catalogue.acquirers if one["hotline_confidence"] == "reliable"}
        assert reliable == others.keys()

    def test_a_number_that_is_not_to_be_listed_stands_nowhere(self, catalogue: Catalogue) -> None:
        assert {one["hotline"] for one in catalogue.acquirers if one["hotline_confidence"] == "not-listed"} == {""}
        assert all(one["hotline"] for one in catalogue.acquirers if one["hotline_confidence"] != "not-listed")


@pytest.mark.django_db
def test_strings_of_two_systems_are_hubs() -> None:
    call_command("load_catalogue", stdout=StringIO())
    hubs = SearchEntry.objects.filter(kind=EntryKind.HUB, slug__in=["a4", "z1"]).order_by("slug")
    assert [sorted(hub.aliases) for hub in hubs] == [
        ["ums-kiosk-a4", "unionpay-a4"], ["response-timeout", "unionpay-z1"],
    ]  # fmt: skip
