"""Which codes a question names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.understand import understand


@pytest.mark.parametrize(
    "typed",
    [
        "E324",
        "e324",
        "ｅ－３２４",
        "e 324",
        "e - 3 2 4",
        "错误代码E324",
        "pos机显示e324怎么办",
        "终端报E324",
        "E324错误",
        "新大陆E324",
        "报E-324了",
    ],
)
def test_e324_is_recognised_however_it_is_typed(typed: str) -> None:
    (mention,) = understand(typed).codes
    assert mention.normal == "E324"
    assert mention.certain


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("显示45+不允许降级", ["45"]),
        ("应答码51是什么意思", ["51"]),
        ("A0", ["A0"]),
        ("先报E301后来报E324", ["E301", "E324"]),
    ],
)
def test_codes_inside_running_text(typed: str, codes: list[str]) -> None:
    assert [mention.normal for mention in understand(typed).codes] == codes


@pytest.mark.parametrize(
    "typed", ["刷了1000元没到账", "小票58毫米", "等了5分钟", "pos机没网", "4G信号不好", "怎么办", "🙂", "……"]
)
def test_amounts_and_measures_are_no_codes(typed: str) -> None:
    assert understand(typed).codes == ()


def test_a_bare_number_is_uncertain_where_nothing_says_code() -> None:
    (mention,) = understand("刚才刷了 200 没反应").codes
    assert not mention.certain


def test_a_code_alone_is_told_from_a_question() -> None:
    assert understand("ｅ－３２４").is_code_only
    assert not understand("E324怎么办").is_code_only


def test_terms_are_bigrams_and_words_without_the_ones_that_tell_nothing() -> None:
    assert understand("pos机刷卡没反应怎么办").terms == ("机刷", "刷卡", "卡没", "没反", "反应", "应怎")


@given(st.text(max_size=300))
def test_any_text_is_understood(text: str) -> None:
    question = understand(text)
    assert all(mention.normal for mention in question.codes)
