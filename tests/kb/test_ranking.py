"""Ordering what was found."""

from kb.search.ranking import TEXT, TITLE, Posting, rank


def test_a_title_counts_more_than_a_text() -> None:
    assert rank([Posting(1, "刷卡", TEXT), Posting(2, "刷卡", TITLE)], ["刷卡"]) == [2, 1]


def test_a_rare_term_counts_more_than_a_common_one() -> None:
    common = [Posting(entry, "刷卡", TITLE) for entry in range(1, 9)]
    assert rank([*common, Posting(9, "消磁", TITLE)], ["刷卡", "消磁"])[0] == 9


def test_one_common_term_of_many_is_no_answer() -> None:
    assert rank([Posting(1, "机器", TEXT)], ["机器", "冒烟", "烧焦", "气味", "电池"]) == []


def test_ties_keep_one_order() -> None:
    postings = [Posting(entry, "刷卡", TITLE) for entry in (3, 1, 2)]
    assert rank(postings, ["刷卡"]) == rank(reversed(postings), ["刷卡"]) == [1, 2, 3]


def test_nothing_found_is_nothing() -> None:
    assert rank([], ["刷卡"]) == []
