"""Which codes a question names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.understand import understand
from kb.search.vocabulary import Vocabulary


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
    (mention,) = understand("机器 200 没反应").codes
    assert not mention.certain


@pytest.mark.parametrize("typed", ["pos机错误码ww", "应答码为ww", "error: WW"])
def test_letters_alone_are_a_code_where_somebody_says_so(typed: str) -> None:
    assert [(mention.normal, mention.certain) for mention in understand(typed).codes] == [("WW", True)]


@pytest.mark.parametrize("typed", ["handling chip errors", "打了95516没人接", "百富型号S90刷不了", "T1到账", "deposit"])
def test_what_only_looks_like_a_code_is_none(typed: str) -> None:
    assert understand(typed).codes == ()


def test_a_code_alone_is_told_from_a_question() -> None:
    assert understand("ｅ－３２４").is_code_only
    assert understand("pos机显示E324怎么办").is_code_only  # nothing else is asked
    assert not understand("E324没打小票").is_code_only


def typed_terms(text: str, vocabulary: Vocabulary | None = None) -> list[tuple[str, ...]]:
    return [concept.terms for concept in understand(text, vocabulary or Vocabulary()).concepts]


def test_what_tells_nothing_is_left_out_and_nothing_reaches_across_it() -> None:
    assert typed_terms("pos机刷卡没反应怎么办") == [("刷卡",), ("卡没",), ("没反",), ("反应",)]
    assert typed_terms("签到为什么失败") == [("签到",), ("失败",)]


@pytest.mark.parametrize("typed", ["钱没到账", "钱没有到账了", "钱还没到账", "钱未到帐", "錢還沒到賬"])
def test_ways_to_say_it_are_one(typed: str) -> None:
    assert typed_terms(typed) == [("钱没",), ("没到",), ("到账",)]


def test_english_endings_do_not_matter() -> None:
    assert typed_terms("My cards were tampered") == typed_terms("card tampering")


WORDS = Vocabulary.build(
    groups=[("小票", "签购单", "receipt"), ("失败", "不成功"), ("自动撤销", "冲正"), ("撤销", "取消交易")],
    weak=["失败", "不成功"],
    systems={"新大陆": "starpos", "newland": "starpos"},
    acquirers={"拉卡拉": "lakala"},
)


def test_a_known_word_brings_what_else_is_said_for_it() -> None:
    (concept,) = understand("签购单", WORDS).concepts
    assert concept.terms == ("签购", "购单")
    assert {other.terms for other in concept.alternatives[1:]} == {("小票",), ("receipt",)}
    assert all(other.weight < 1 for other in concept.alternatives[1:])


def test_the_longest_known_word_is_taken() -> None:
    (concept,) = understand("自动撤销", WORDS).concepts
    assert {other.terms for other in concept.alternatives} == {("自动", "动撤", "撤销"), ("冲正",)}


def test_words_of_every_question_count_little_and_chance_neighbours_least() -> None:
    shares = {concept.terms: concept.share for concept in understand("小票失败", WORDS).concepts}
    assert shares[("小票",)] == 1.0
    assert shares[("票失",)] < shares[("失败",)] < 1.0


def test_a_named_system_is_kept_and_an_acquirer_is_no_word_to_look_for() -> None:
    question = understand("新大陆E324", WORDS)
    assert (question.systems, [mention.normal for mention in question.codes]) == (("starpos",), ["E324"])
    question = understand("拉卡拉小票", WORDS)
    assert question.acquirers == ("lakala",)
    assert [concept.terms for concept in question.concepts] == [("小票",)]


def test_a_few_words_are_a_keyword_with_those_that_mean_the_same() -> None:
    assert understand("签购单", WORDS).keyword[0] == ("签购", "购单")
    assert ("小票",) in understand("签购单", WORDS).keyword
    assert understand("一句很长很长的话说了半天也没有说完", WORDS).keyword == ()


@given(st.text(max_size=300))
def test_any_text_is_understood(text: str) -> None:
    question = understand(text)
    assert all(mention.normal for mention in question.codes)


@pytest.mark.parametrize(
    "typed",
    [
        "51.00", "3.5", "0.6%", "1:1", "10:30", "2024-05-01", "192.168.1.51", "扣了45", "客户要退51给他", "一笔58没到",
        "charged 51 yuan but no receipt", "$58 charged twice", "RMB 58", "waited 10 minutes", "30 min no signal", "卡尾号51",
        "58mm小票纸", "12V电源坏了", "WiFi6连不上", "USB3充不进电", "30s没反应", "24h到账吗", "额度5w", "V3.2.1 升级失败",
        "13812345678", "95516", "5", "刷了51塊錢沒到賬",
    ],
)  # fmt: skip
def test_amounts_dates_models_and_telephones_are_no_codes(typed: str) -> None:
    assert understand(typed).codes == ()


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("代码65次数超限", "65"), ("应答码05平台拒绝", "05"), ("报51分期失败", "51"), ("错误码91分行没反应", "91"), ("代碼999", "999"),
        ("應答碼五一", "51"), ("錯誤碼WW", "WW"), ("E—324", "E324"), ("E/324", "E324"), ("显示E 3 2 4", "E324"), ("代码 0 5", "05"),
        ("代码：A 0", "A0"), ("response code 51 insufficient funds", "51"), ("error 30", "30"), ("乐刷交易失败U4", "U4"),
    ],
)  # fmt: skip
def test_a_code_is_read_however_it_is_said(typed: str, normal: str) -> None:
    assert [mention.normal for mention in understand(typed).codes] == [normal]


@pytest.mark.parametrize(
    ("typed", "spelling"), [("RC51", "51"), ("ERR51", "51"), ("No.51", "51"), ("AO", "A0"), ("1O", "10")]
)
def test_other_spellings_are_tried_where_the_code_itself_is_not_defined(typed: str, spelling: str) -> None:
    (mention,) = understand(typed).codes
    assert spelling in mention.lookalikes


def test_behind_a_maker_stands_a_model_or_that_maker_s_code() -> None:
    words = Vocabulary.build(systems={"新大陆": "starpos"}, makers=("联迪",))
    assert understand("联迪A8没网", words).codes[0].behind_name
    assert not understand("联迪显示A8", words).codes[0].behind_name
    assert not understand("新大陆51", words).codes[0].behind_name  # a model has a letter


def test_a_code_is_cut_out_in_its_own_place_only() -> None:
    question = understand("card 显示A0 again")
    assert [mention.normal for mention in question.codes] == ["A0"]
    assert ("card",) in [concept.terms for concept in question.concepts]


def test_of_a_pasted_list_the_first_codes_are_read() -> None:
    assert len(understand(" ".join(f"E9{number:02}" for number in range(40))).codes) == 3
