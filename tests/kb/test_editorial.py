"""What an editor is warned of."""

import time

import pytest

from kb.editorial import (
    FIX_HEADINGS,
    MAX_CHARACTERS,
    MAX_EMPHASIS_MARKS,
    FindingKind,
    article_warnings,
    empty_article,
    is_renderable,
)

WHOLE_FIX = "\n\n".join(f"## {heading}\n写清楚。" for heading in FIX_HEADINGS)
DONT = "::: dont\n- 不要拆开机器，不要换磁头。\n:::\n"


def kinds(body: str, kind: str = "fix") -> list[FindingKind]:
    return [finding.kind for finding in article_warnings(kind, body)]


def test_a_whole_article_gets_no_warning() -> None:
    assert article_warnings("fix", f"{WHOLE_FIX}\n\n{DONT}") == ()
    assert article_warnings("money-safety", "## 看什么\n屏幕。\n## 怎么做\n等。\n## 不要做\n别急。") == ()


def test_a_new_article_begins_with_everything_that_is_asked_for() -> None:
    assert article_warnings("fix", empty_article()) == ()


def test_every_missing_heading_is_named() -> None:
    found = article_warnings("fix", "## 怎么做\n擦一擦。\n### 为什么\n不算，级别不对。")
    assert [finding.detail for finding in found] == [heading for heading in FIX_HEADINGS if heading != "怎么做"]
    assert "看什么" in found[0].text


def test_headings_out_of_order_are_told_once() -> None:
    turned = "\n".join(f"## {heading}\n写。" for heading in reversed(FIX_HEADINGS))
    assert kinds(turned) == [FindingKind.HEADING_ORDER]


@pytest.mark.parametrize(
    "advice",
    [
        "拆开机器看看。", "可以自己换磁头。", "往读卡口喷清洁剂。", "用砂纸磨一磨。", "再刷一次试试。",
        "打开后盖，擦触点。", "输入默认密码进菜单。", "分成几笔刷。", "直接手输卡号。",
    ],
)  # fmt: skip
def test_forbidden_advice_is_found_outside_a_dont_block_only(advice: str) -> None:
    assert kinds(f"{WHOLE_FIX}\n{advice}") == [FindingKind.FORBIDDEN_ADVICE]
    assert kinds(f"{WHOLE_FIX}\n::: dont\n- {advice}\n:::\n") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "不要拆开机器。",
        "切勿再刷一次。",
        "机身贴着“拆机自毁”的标签。",
        "外壳一动，防拆就会清掉密钥。",
        "请顾客把手机解锁再挥。",
        "喷墨纸不能用。",
    ],
)
def test_saying_that_one_must_not_is_no_advice(sentence: str) -> None:
    assert kinds(f"{WHOLE_FIX}\n{sentence}") == []


def test_a_negation_counts_for_its_own_sentence_only() -> None:
    assert kinds(f"{WHOLE_FIX}\n不要着急。拆开机器。") == [FindingKind.FORBIDDEN_ADVICE]


def test_a_block_left_open_is_told() -> None:
    assert kinds(f"{WHOLE_FIX}\n::: dont\n- 不要拆机。\n") == [FindingKind.OPEN_BLOCK]


def test_a_picture_wants_words() -> None:
    assert kinds(f"{WHOLE_FIX}\n![](/media/a.png)") == [FindingKind.PICTURE_WITHOUT_WORDS]
    assert kinds(f"{WHOLE_FIX}\n![卡口在左边](/media/a.png)") == []


def test_what_no_page_can_show_in_a_moment_is_told_apart() -> None:
    assert is_renderable("字" * MAX_CHARACTERS)
    assert not is_renderable("字" * (MAX_CHARACTERS + 1))
    assert not is_renderable("*a_ " * MAX_EMPHASIS_MARKS)


@pytest.mark.parametrize("words", ["9", "一", "## ", "## 怎么做 # ", "!["])
def test_warnings_of_the_longest_text_take_a_moment(words: str) -> None:
    text = (words * MAX_CHARACTERS)[:MAX_CHARACTERS]
    for body in (text, f"## 怎{' ' * MAX_CHARACTERS}么"):
        start = time.process_time()
        article_warnings("fix", body)
        assert time.process_time() - start < 5


def test_a_heading_may_have_closing_marks_and_blanks() -> None:
    assert article_warnings("money-safety", "##  怎么做 ##  \n等。\n## 不要做\t\n别急。") == ()
