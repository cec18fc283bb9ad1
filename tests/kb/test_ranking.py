"""Ordering what was found."""

from collections.abc import Sequence

from kb.search.ranking import Candidate, Worth, rank, rarest_first
from kb.search.tokens import document
from kb.search.understand import Question, understand
from kb.search.vocabulary import Vocabulary


def candidate(number: int, *titles: str, head: str = "", **changes: object) -> Candidate:
    values = {"name": f"code:{number:03}", "title": document(titles), "head": document([head])}
    return Candidate(number, **{**values, **changes})  # type: ignore[arg-type]


def order(question: Question, candidates: Sequence[Candidate], **titles: int) -> list[int]:
    return [one.entry for one in rank(candidates, question, Worth(titles, 100))]


def test_a_title_counts_more_than_a_head() -> None:
    found = [candidate(1, "别的", head="消磁"), candidate(2, "消磁")]
    assert order(understand("消磁"), found, 消磁=2) == [2, 1]


def test_a_rare_term_counts_more_than_a_common_one() -> None:
    found = [candidate(1, "签到"), candidate(2, "消磁")]
    assert order(understand("签到 消磁"), found, 签到=50, 消磁=1)[0] == 2


def test_a_phrase_that_is_the_whole_question_comes_first() -> None:
    found = [candidate(1, "签到失败以后怎样才能打印"), candidate(2, "收款以后", "签到失败")]
    assert order(understand("签到失败"), found, 签到=2, 到失=2, 失败=2)[0] == 2


def test_one_common_term_of_many_is_no_answer() -> None:
    assert order(understand("机器冒烟烧焦气味电池"), [candidate(1, "机器")], 机器=90) == []


def test_a_synonym_answers_a_little_less_than_the_word() -> None:
    words = Vocabulary.build(groups=[("小票", "签购单")])
    found = [candidate(1, "签购单"), candidate(2, "小票")]
    assert order(understand("小票", words), found, 小票=1, 签购=1, 购单=1) == [2, 1]


def test_half_of_a_synonym_is_no_synonym() -> None:
    words = Vocabulary.build(groups=[("小票", "交易凭证")])
    ranked = rank([candidate(1, "交易")], understand("小票", words), Worth({"交易": 1, "小票": 1}, 100), least=0.0)
    assert ranked[0].share < 0.3


def test_the_named_system_and_the_head_start_decide_between_equals() -> None:
    words = Vocabulary.build(systems={"新大陆": "starpos"})
    found = [candidate(1, "密钥错"), candidate(2, "密钥错", system="starpos")]
    assert order(understand("新大陆密钥错", words), found, 密钥=2, 钥错=2) == [2, 1]
    assert order(understand("密钥错"), [found[0], candidate(3, "密钥错", prior=0.1)], 密钥=2, 钥错=2) == [3, 1]


def test_ties_keep_one_order() -> None:
    found = [candidate(number, "消磁") for number in (3, 1, 2)]
    assert order(understand("消磁"), found) == order(understand("消磁"), found[::-1]) == [1, 2, 3]


def test_nothing_found_is_nothing() -> None:
    assert order(understand("消磁"), []) == []


def test_the_rarest_words_come_first_and_strange_ones_not_at_all() -> None:
    found = rarest_first(understand("签到 消磁 古怪"), Worth({"签到": 9, "消磁": 2}, 100))
    assert [(titles, concept.terms) for titles, concept in found] == [(2, ("消磁",)), (9, ("签到",))]
