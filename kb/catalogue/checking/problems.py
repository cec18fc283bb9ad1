"""Every kind of problem that content can have. Ids are stable: a retired one is never given to another problem.

docs/content-problems.md lists them for editors; a test compares the two.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kb.forbidden import Rule


class Grade(StrEnum):
    """An error makes `check_content` fail, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """`message` is a template for `str.format`; `name` is the slug that people read in lists."""

    id: str
    name: str
    grade: Grade
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: an entry of the database, or a line of a file below the checked folder (0: not known)."""

    entry: str
    file: str = ""
    line: int = 0
    field: str = ""

    def __str__(self) -> str:
        """`file:line: entry: field`, as far as known."""
        file = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (file, self.entry, self.field) if part)


@dataclass(frozen=True, slots=True)
class ContentProblem:
    kind: ProblemKind
    place: Place
    message: str

    @property
    def line(self) -> str:
        """`place: id grade: what is wrong. what to do`."""
        return f"{self.place}: {self.kind.id} {self.kind.grade}: {self.message} {self.kind.remedy}"


def make_problem(problem_id: str, place: Place, **data: str | int) -> ContentProblem:
    """Raises:
    KeyError: there is no such id.
    """
    kind = CATALOGUE[problem_id]
    return ContentProblem(kind, place, kind.message.format_map(data))


_ERRORS = (
    ("C001", "unreadable-file", "{reason}.", "Mend the file; the rest was not checked."),
    (
        "C002",
        "broken-link",
        "The link “{link}” leads to no page that readers can open.",
        "Correct the address, or have what it leads to published.",
    ),
    (
        "C003",
        "foreign-link",
        "The link “{link}” leads out of this site.",
        "Texts link to our own pages only; name the page among the sources instead.",
    ),
    ("C004", "unknown-entry", "It names the {kind} “{slug}”, which does not exist.", "Correct the name, or add it."),
    (
        "C005",
        "unknown-source",
        "It names the source “{slug}”, which does not exist.",
        "Correct the key, or add the source.",
    ),
    (
        "C006",
        "no-account",
        "Nobody stands behind this meaning.",
        "Add an account with its source, or our own judgement.",
    ),
    ("C007", "no-citation", "It names no source.", "Cite at least one source."),
    (
        "C008",
        "no-next-step",
        "Neither an article nor a guide leads on from this code.",
        "Choose an article, or list the code in a guide.",
    ),
    (
        "C009",
        "money-not-first",
        "The money may have moved, but the first article, “{slug}”, is not about money safety.",
        "Put an article of the kind money-safety first: query-first fits nearly always.",
    ),
    ("C010", "empty-text", "This text is empty, and a merchant needs it.", "Write it."),
    ("C011", "no-review-date", "Nobody has compared it with its sources.", "Do so, and set the day of review."),
    (
        "C012",
        "unsafe-retry",
        "It says simply to try again, though money {money}.",
        "Choose after_check, after_action or no.",
    ),
    ("C013", "no-article", "No article answers this cause.", "Choose one that is published."),
    (
        "C014",
        "number-not-to-show",
        "It has the number {number}, though its number must not be shown.",
        "Remove the number, or say how sure it is.",
    ),
    (
        "C015",
        "unproven-hotline",
        "Its hotline is called reliable, but no source of high or medium credibility is cited.",
        "Cite the official page, or call the number unverified.",
    ),
    (
        "C016",
        "phone-number",
        "It gives the telephone number {number}.",
        "Say where to find the number: the terminal's label, a receipt or the official site.",
    ),
    ("C017", "card-number", "These digits look like a card number.", "Remove them, also from the history."),
    ("C018", "open-block", "A “::: dont” block is not closed.", "Put “:::” on a line of its own after it."),
    (
        "C019",
        "unknown-value",
        "“{value}” is none of {known}.",
        "Choose one of them; in a file, put yes and no in quotes.",
    ),
    (
        "C020",
        Rule.SELF_REPAIR,
        "“{words}” reads like advice to open, repair or unlock a terminal.",
        "Leave it out, put it between “::: dont” and “:::”, or reject it in the same statement.",
    ),
    (
        "C021",
        Rule.HAND_KEYED,
        "“{words}” reads like advice to key in a card number.",
        "Leave it out, or say that one must not.",
    ),
    (
        "C022",
        Rule.SECOND_PAYMENT,
        "“{words}” may make somebody pay twice.",
        "Say first how to make sure that no money has moved.",
    ),
    ("C023", Rule.SPLIT_AMOUNT, "“{words}” reads like advice to split an amount.", "Leave it out, or warn of it."),
    ("C024", Rule.PASSWORD, "“{words}” speaks of a password that shops must not use.", "Send readers to the acquirer."),
    (
        "C025",
        Rule.CONFISCATION,
        "“{words}” reads like advice to keep a card.",
        "Say beside it that staff do not keep cards.",
    ),
    (
        "C026",
        Rule.FIGURE,
        "“{words}” is a figure that nobody can stand for.",
        "No percentages, temperatures or lifetimes: say what is seen instead.",
    ),
    ("C027", Rule.REFUND_DAYS, "“{words}” promises a number of days.", "Say that the customer's bank decides it."),
    (
        "C028",
        Rule.UNIVERSAL_CODE,
        "“{words}” gives E324 one meaning for all terminals.",
        "Say who says so, or for which terminal it holds.",
    ),
    ("C029", Rule.BRAND_PRAISE, "“{words}” reads like an advertisement.", "Leave it out: we recommend no brand."),
    (
        "C030",
        Rule.PRIVATE_CONTACT,
        "“{words}” sends readers to somebody's private account.",
        "Leave it out: whom to call stands on the terminal's label, a receipt or the official site.",
    ),
    ("C031", "future-review", "Its day of review, {day}, is still to come.", "Set the day on which it was compared."),
    (
        "C032",
        "vague-date",
        "“{value}” is no date.",
        "Write year, month or day, in quotes: 2026, 2026-05, 2026-05-02.",
    ),
)

_WARNINGS = (
    (
        "C101",
        "old-review",
        "It was last compared with its sources on {day}, more than {limit} days ago.",
        "Compare it again.",
    ),
    (
        "C102",
        "long-phrase",
        "The phrase “{phrase}” has {count} characters; people type less.",
        "Cut it down to {limit} characters or fewer.",
    ),
    (
        "C103",
        "common-phrase",
        "The phrase “{phrase}” stands on {count} entries, so it tells none of them apart.",
        "Keep it where it fits best, on {limit} at the most.",
    ),
    ("C104", "headings", "{finding}", "Use the headings of docs/content-files.md."),
    ("C105", "picture-without-words", "{finding}", "Those who cannot see the picture hear these words."),
    ("C106", "no-hotline", "Its hotline is called {confidence}, but there is none.", "Add it, or choose not-listed."),
    (
        "C107",
        "code-of-no-entry",
        "The guide lists the code “{code}”, which no entry has.",
        "Correct it, or leave it out: the guide is offered on pages of entries only.",
    ),
    (
        "C108",
        "no-guide",
        "The money may have moved, and no guide asks about it step by step.",
        "List one of its strings in a guide.",
    ),
)


def _kinds(grade: Grade, rows: Iterable[tuple[str, str, str, str]]) -> dict[str, ProblemKind]:
    return {row[0]: ProblemKind(row[0], str(row[1]), grade, row[2], row[3]) for row in rows}


CATALOGUE: Final[Mapping[str, ProblemKind]] = _kinds(Grade.ERROR, _ERRORS) | _kinds(Grade.WARNING, _WARNINGS)
#: The problem that a match of a forbidden rule is.
OF_RULE: Final[Mapping[Rule, str]] = {Rule(kind.name): kind.id for kind in CATALOGUE.values() if kind.name in set(Rule)}
