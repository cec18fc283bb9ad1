"""What is wrong with content: every kind of problem at its place, and none where nothing is wrong. Asks no database."""

from datetime import date
from pathlib import Path

import pytest

from kb.catalogue.checking.entries import GuideContent, Prose
from kb.catalogue.checking.inspection import content_problems, file_problems
from kb.catalogue.checking.problems import CATALOGUE, OF_RULE, ContentProblem, Grade, Place
from kb.catalogue.reading import MalformedCatalogue, read_catalogue
from kb.forbidden import Rule
from tests.kb.content_files import CODE, FILES, write_content

PAGE = Path(__file__).parents[2] / "docs" / "content-problems.md"
TODAY = date(2026, 11, 25)

GUIDE = GuideContent(
    slug="walk",
    place=Place("guide walk", file="guides/walk.yaml", line=1),
    codes=("E900", "打印失败"),
    articles=((Place("guide walk", field="end"), "clean"),),
    texts=(Prose(Place("guide walk", field="start"), "先看钱。"),),
)


def check(folder: Path, *guides: GuideContent) -> list[ContentProblem]:
    write_content(folder)
    return list(content_problems(read_catalogue(folder), guides or (GUIDE,), today=TODAY))


def found(folder: Path, name: str, old: str, new: str) -> list[tuple[str, str]]:
    """Ids and places of the problems that a change of one file brings."""
    assert FILES[name].count(old) >= 1
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(FILES[name].replace(old, new, 1), encoding="utf-8")
    return [(problem.kind.id, str(problem.place)) for problem in check(folder)]


def line_of(name: str, start: str) -> int:
    return next(number for number, line in enumerate(FILES[name].splitlines(), 1) if line.strip().startswith(start))


def test_sound_content_has_no_problem(tmp_path: Path) -> None:
    assert check(tmp_path) == []


@pytest.mark.parametrize(
    ("problem", "name", "old", "new"),
    [
        ("C002", "articles/clean.md", "擦。", "擦，见[这里](/articles/none/)。"),
        ("C002", "articles/clean.md", "擦。", "擦，见[这里](/codes/E901/)。"),
        ("C002", "articles/clean.md", "擦。", "擦，见[这里](/codes/E900/two/)。"),
        ("C002", "articles/clean.md", "擦。", "擦，见[这里](/guides/none/)。"),
        ("C002", "articles/clean.md", "擦。", "擦，见[这里](/causes/none/)。"),
        ("C002", "articles/clean.md", "擦。", "擦，见[这里](/acquirers/none/)。"),
        ("C002", "articles/clean.md", "擦。", "擦，见[这里](/article/query-first/)。"),
        ("C002", "articles/clean.md", "别刮。", "\n::: dont\n- 见[这里](/articles/none/)。\n:::"),
        ("C003", "articles/clean.md", "擦。", "擦，见[这里](https://example.org/)。"),
        ("C003", "articles/clean.md", "擦。", "擦，见 https://example.org/ 。"),
        ("C003", "articles/clean.md", "擦。", "擦，打[这里](tel:95516)。"),
        ("C003", "articles/clean.md", "擦。", "擦，看www.pos123.com。"),
        ("C003", "articles/clean.md", "擦。", "擦，看 pos123.cn 的说法。"),
        ("C003", "articles/clean.md", "别刮。", "\n::: dont\n- 别上 pos123.cn。\n:::"),
        ("C003", "codes/e.yaml", "打机身标签上的电话", "上pos123.com.cn问"),
        ("C004", "codes/e.yaml", "[query-first, clean]", "[query-first, none]"),
        ("C004", "codes/e.yaml", "[query-first, clean]", "[query-first, wipe]"),
        ("C004", "codes/e.yaml", "cause: dirty", "cause: none"),
        ("C004", "codes/e.yaml", "account: a}]", "account: z}]"),
        ("C004", "codes/e.yaml", "account: one/a", "account: one/z"),
        ("C004", "codes/e.yaml", "system: web", "system: none"),
        ("C004", "causes.yaml", "article: clean", "article: none"),
        ("C004", "causes.yaml", "category: card", "category: none"),
        ("C005", "codes/e.yaml", "source: manual", "source: none"),
        ("C005", "articles/clean.md", "source: manual", "source: none"),
        ("C005", "acquirers.yaml", "source: rumour", "source: none"),
        ("C007", "acquirers.yaml", "[{source: rumour, note: 号码}]", "[]"),
        ("C007", "articles/clean.md", "[{source: manual, note: 第一页}]", "[]"),
        ("C009", "codes/e.yaml", "[query-first, clean]", "[clean, query-first]"),
        ("C010", "codes/e.yaml", "  money_note: 不清楚\n", ""),
        ("C010", "codes/e.yaml", "  retry_note: 先查\n", ""),
        ("C010", "codes/e.yaml", "  tell: 打机身标签上的电话\n", ""),
        ("C011", "codes/e.yaml", "  reviewed_on: 2026-11-25\n", ""),
        ("C011", "acquirers.yaml", "  reviewed_on: 2026-11-25\n", ""),
        ("C012", "codes/e.yaml", "retry: after_check", "retry: 'yes'"),
        ("C013", "causes.yaml", ", article: clean", ""),
        ("C014", "acquirers.yaml", "hotline_confidence: unverified", "hotline_confidence: not-listed"),
        ("C015", "acquirers.yaml", "hotline_confidence: unverified", "hotline_confidence: reliable"),
        ("C016", "articles/clean.md", "擦。", "擦，打 400-820-8820。"),
        ("C016", "articles/clean.md", "擦。", "擦，打 95534。"),
        ("C016", "articles/clean.md", "别刮。", "\n::: dont\n- 别打 400-820-8820。\n:::"),
        ("C016", "codes/e.yaml", "打机身标签上的电话", "打13812345678"),
        ("C016", "codes/e.yaml", "[没反应]", "['13812345678']"),
        ("C016", "acquirers.yaml", "网上写95534", "网上写95535"),
        ("C016", "sources/a.yaml", "title: 传言", "title: 传言 400-820-8820"),
        ("C017", "codes/e.yaml", "meaning: 意思", "meaning: 卡号4111 1111 1111 1111"),
        ("C018", "articles/clean.md", "别刮。", "\n::: dont\n- 别刮。"),
        ("C019", "codes/e.yaml", "responsible: merchant", "responsible: shop"),
        ("C019", "codes/e.yaml", "credibility: low", "credibility: good"),
        ("C019", "articles/clean.md", "who: merchant", "who: shop"),
        ("C019", "sources/a.yaml", "kind: web-page", "kind: page"),
        ("C019", "acquirers.yaml", "standing: 持牌", "standing: 持牌\n  role: friend"),
        ("C020", "articles/clean.md", "擦。", "擦，再拆开机器。"),
        ("C020", "articles/clean.md", "summary: 擦一擦", "summary: 拆开擦一擦"),
        ("C020", "codes/e.yaml", "statement: 一种说法", "statement: 说可以换磁头"),
        ("C020", "codes/e.yaml", "says: 甲", "says: 可以换磁头"),
        ("C021", "causes.yaml", "summary: 擦", "summary: 手输卡号"),
        ("C022", "codes/e.yaml", "retry_note: 先查", "retry_note: 再刷一次"),
        ("C023", "codes/e.yaml", "tell: 打", "tell: 分成几笔，打"),
        ("C024", "codes/e.yaml", "meaning: 意思", "meaning: 输入默认密码"),
        ("C025", "codes/e.yaml", "statement: 一种说法", "statement: 操作员没收卡"),
        ("C026", "causes.yaml", "name: 脏", "name: 脏，占80%"),
        ("C027", "acquirers.yaml", "standing: 持牌", "standing: 持牌，退款3天到账"),
        ("C028", "systems.yaml", "name: 网页", "name: E324表示读卡失败"),
        ("C029", "acquirers.yaml", "standing: 持牌", "standing: 某收单最安全"),
        ("C030", "codes/e.yaml", "打机身标签上的电话", "加微信 pos8888"),
        ("C030", "articles/clean.md", "擦。", "擦，再加V问。"),
        ("C030", "articles/clean.md", "别刮。", "\n::: dont\n- 有事QQ：12345678。\n:::"),
        ("C030", "codes/e.yaml", "[没反应]", "['没反应加微信pos8888']"),
        ("C031", "codes/e.yaml", "reviewed_on: 2026-11-25", "reviewed_on: 2026-11-26"),
        ("C031", "articles/clean.md", "reviewed_on: 2026-11-25", "reviewed_on: 2027-01-01"),
        ("C032", "acquirers.yaml", "standing_as_of: '2026-05'", "standing_as_of: soon"),
        ("C032", "acquirers.yaml", "standing_as_of: '2026-05'", "standing_as_of: '2026-13'"),
        ("C032", "acquirers.yaml", "standing_as_of: '2026-05'", "standing_as_of: '2026-02-30'"),
        ("C101", "codes/e.yaml", "reviewed_on: 2026-11-25", "reviewed_on: 2025-10-01"),
        ("C102", "codes/e.yaml", "[没反应]", f"[{'长' * 41}]"),
        ("C104", "articles/clean.md", "## 怎么做", "## 做法"),
        ("C105", "articles/clean.md", "擦。", "![](/media/a.png)"),
        ("C106", "acquirers.yaml", "  hotline: '95534'\n", ""),
    ],
)  # fmt: skip
def test_each_problem_is_found(tmp_path: Path, problem: str, name: str, old: str, new: str) -> None:
    places = found(tmp_path, name, old, new)
    assert {one for one, _ in places} == ({problem, "C016"} if problem in {"C014", "C106"} else {problem})
    assert all(place.startswith(name) for _, place in places)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("articles/clean.md", "擦。", "擦，见[这里](/articles/ask/)、[那里](/codes/e-900/)、[它](/codes/one/)。"),
        ("articles/clean.md", "擦。", "见[这里](/codes/E900/one/)、[向导](/guides/walk/)、[步骤](/guides/walk/start/)。"),
        ("articles/clean.md", "擦。", "见[原因](/causes/dirty/)、[电话](/acquirers/someone/#a)、[都有](/acquirers/)、[上面](#top)。"),
        ("articles/clean.md", "擦。", "![卡](/media/a.png)"),
        ("articles/clean.md", "擦。", "投诉打 12363，跨行差错问 95516。"),
        ("articles/clean.md", "别刮。", "\n::: dont\n- 拆开机器。\n:::"),
        ("articles/clean.md", "擦。\n\n## 不要做\n别刮。", "屏幕写没收卡。\n\n## 不要做\n::: dont\n- 不要扣卡。\n:::"),
        ("articles/clean.md", "note: 第一页", "note: 官网 pos123.cn"),
        ("articles/clean.md", "擦。", "擦，看银行 App 里的账单，V1.2.3版也一样。"),
        ("sources/a.yaml", "title: 传言", "title: pos123.cn 上的传言"),
        ("acquirers.yaml", "standing_as_of: '2026-05'", "standing_as_of: 2026"),
        ("acquirers.yaml", "standing_as_of: '2026-05'", "standing_as_of: 2026-05-02"),
        ("codes/e.yaml", "statement: 一种说法", "statement: 说可以换磁头，我们不采用"),
        ("codes/e.yaml", "meaning: 意思", "meaning: 有的表写没收卡，您不要扣卡"),
        ("codes/e.yaml", "title: 一\n", "title: 一\n  screen_text: 没收卡，请重新刷卡\n"),
        ("codes/e.yaml", "[没反应]", "[磁头能用几年, 再刷一次行吗]"),
        ("acquirers.yaml", "hotline: '95534'\n  hotline_confidence: unverified\n  note: 网上写95534，没有核实\n",
         "hotline_confidence: not-listed\n"),
    ],
)  # fmt: skip
def test_what_is_allowed_is_no_problem(tmp_path: Path, name: str, old: str, new: str) -> None:
    assert found(tmp_path, name, old, new) == []


def test_a_place_is_a_line_of_the_file_and_the_field(tmp_path: Path) -> None:
    code = found(tmp_path, "codes/e.yaml", "retry_note: 先查", "retry_note: 再刷一次")
    assert code == [("C022", f"codes/e.yaml:{line_of('codes/e.yaml', 'retry_note')}: code one: retry_note")]
    row = found(tmp_path, "codes/e.yaml", "statement: 另一种说法", "statement: 换磁头")
    assert row == [("C020", f"codes/e.yaml:{line_of('codes/e.yaml', '- {key: b')}: code one: account b")]
    body = found(tmp_path, "articles/clean.md", "擦。", "擦。\n\n拆开机器。")
    line = line_of("articles/clean.md", "擦。") + 2
    assert [place for _, place in body if "articles" in place] == [f"articles/clean.md:{line}: article clean: text"]


def test_trying_again_is_no_offence_where_no_money_moved(tmp_path: Path) -> None:
    text = CODE.replace("money_moved: unknown", "money_moved: 'no'").replace("retry_note: 先查", "retry_note: 再刷一次")
    (tmp_path / "codes").mkdir()
    (tmp_path / "codes/e.yaml").write_text(text, encoding="utf-8")
    assert check(tmp_path) == []


def test_what_yaml_reads_as_something_else_is_told(tmp_path: Path) -> None:
    assert [problem for problem, _ in found(tmp_path, "codes/e.yaml", "title: 一", "title: 13812345678")] == ["C016"]
    problems = found(tmp_path, "codes/e.yaml", "money_moved: unknown", "money_moved: no")
    assert [problem for problem, _ in problems] == ["C019"]


def test_an_account_is_needed(tmp_path: Path) -> None:
    start, end = CODE.index("  accounts:"), CODE.index("  articles:")
    (tmp_path / "codes").mkdir()
    text = (CODE[:start] + "  accounts: []\n" + CODE[end:]).partition("disagreements")[0]
    (tmp_path / "codes/e.yaml").write_text(text, encoding="utf-8")
    assert [problem.kind.id for problem in check(tmp_path)] == ["C006"]


def test_an_article_or_a_guide_leads_on(tmp_path: Path) -> None:
    assert found(tmp_path, "codes/e.yaml", "  articles: [query-first, clean]\n", "") == []
    other = GuideContent("walk", GUIDE.place, codes=("one",), articles=(), texts=())
    assert check(tmp_path, other) == []
    nowhere = GuideContent("walk", GUIDE.place, codes=(), articles=(), texts=())
    assert [problem.kind.id for problem in check(tmp_path, nowhere)] == ["C008"]


def test_a_code_of_unclear_money_wants_a_guide(tmp_path: Path) -> None:
    nowhere = GuideContent("walk", GUIDE.place, codes=(), articles=(), texts=())
    assert [problem.kind.id for problem in check(tmp_path, nowhere)] == ["C108"]
    text = CODE.replace("money_moved: unknown", "money_moved: 'no'")
    (tmp_path / "codes/e.yaml").write_text(text, encoding="utf-8")
    assert check(tmp_path, nowhere) == []


def test_a_guide_is_checked_like_any_entry(tmp_path: Path) -> None:
    place = Place("guide walk", file="guides/walk.yaml", line=7, field="end")
    guide = GuideContent(
        "walk", GUIDE.place, codes=("E900", "E999"), articles=((place, "none"),), texts=(Prose(place, "拆开机器。"),)
    )
    problems = [(problem.kind.id, problem.place.line) for problem in check(tmp_path, guide)]
    assert problems == [("C107", 1), ("C004", 7), ("C020", 7)]


def test_a_phrase_on_many_entries_is_told_once(tmp_path: Path) -> None:
    codes = "\n".join(
        CODE.partition("disagreements")[0]
        .removeprefix("codes:\n")
        .replace("slug: one", f"slug: one-{number}")
        .replace("没反应", "Dead Screen" if number % 2 else "dead  screen")
        for number in range(6)
    )
    (tmp_path / "codes").mkdir()
    (tmp_path / "codes/e.yaml").write_text(f"codes:\n{codes}", encoding="utf-8")
    problems = [problem for problem in check(tmp_path) if problem.kind.id == "C103"]
    assert [problem.message for problem in problems] == [
        "The phrase “dead  screen” stands on 6 entries, so it tells none of them apart."
    ]


def test_files_that_cannot_be_read_are_problems_too(tmp_path: Path) -> None:
    check(tmp_path)
    (tmp_path / "systems.yaml").write_text("- {slug: web}\n", encoding="utf-8")
    with pytest.raises(MalformedCatalogue) as refused:
        read_catalogue(tmp_path)
    (problem,) = file_problems(refused.value)
    assert problem.line.startswith("systems.yaml: [1] web: C001 error: name is missing. ")


class TestCatalogue:
    def test_every_problem_has_its_line_in_the_documentation(self) -> None:
        rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| C")]
        assert rows == [f"| {kind.id} | {kind.name} | {kind.message} | {kind.remedy} |" for kind in CATALOGUE.values()]

    def test_every_rule_is_a_problem(self) -> None:
        assert set(OF_RULE) == set(Rule)

    def test_ids_tell_the_grade_and_names_are_unique(self) -> None:
        assert all((kind.id < "C100") == (kind.grade is Grade.ERROR) for kind in CATALOGUE.values())
        assert len({kind.name for kind in CATALOGUE.values()}) == len(CATALOGUE)
