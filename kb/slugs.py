"""A key for a new entry, made from its title; an editor may still write a better one."""

import re

from pypinyin import lazy_pinyin

from kb.search.counted import normal_question

_LENGTH = 60  # characters


def suggested_slug(text: str) -> str:
    """Chinese as it is spoken: `打印机不走纸` gives `da-yin-ji-bu-zou-zhi`. May be empty."""
    spoken = "-".join(lazy_pinyin(normal_question(text)))
    slug = re.sub(r"[^a-z0-9]+", "-", spoken.lower()).strip("-")
    return slug if len(slug) <= _LENGTH else slug[: _LENGTH + 1].rpartition("-")[0] or slug[:_LENGTH]
