"""A folder of content files without any problem, for tests that change one of them."""

from pathlib import Path

CODE = """codes:
- slug: one
  system: web
  strings: [E900]
  title: 一
  meaning: 意思
  responsible: merchant
  money_moved: unknown
  money_note: 不清楚
  retry: after_check
  retry_note: 先查
  tell: 打机身标签上的电话
  confidence: unverified
  reviewed_on: 2026-11-25
  asked_as: [没反应]
  accounts:
  - {key: a, source: manual, credibility: low, statement: 一种说法}
  - {key: b, source: manual, credibility: medium, statement: 另一种说法}
  causes: [{cause: dirty, weight: 50, account: a}]
  articles: [query-first, clean]
disagreements:
- topic: 分歧
  advice: 先查
  positions: [{account: one/a, says: 甲}, {account: one/b, says: 乙}]
"""
HEAD = """---
title: 擦卡
kind: {kind}
summary: 擦一擦
who: merchant
confidence: likely
reviewed_on: 2026-11-25
aliases: [{alias}]
asked_as: [卡脏了]
sources: [{{source: manual, note: 第一页}}]
---
"""
FILES = {
    "sources/a.yaml": (
        "- {key: manual, title: 说明书, kind: vendor-manual, credibility: high}\n"
        "- {key: rumour, title: 传言, kind: web-page, credibility: low}\n"
    ),
    "systems.yaml": "- {slug: web, name: 网页}\n",
    "causes.yaml": (
        "categories:\n- {slug: card, name: 卡片}\n"
        "causes:\n- {slug: dirty, category: card, name: 脏, summary: 擦, article: clean}\n"
    ),
    "codes/e.yaml": CODE,
    "articles/clean.md": HEAD.format(kind="prevention", alias="wipe") + "## 怎么做\n擦。\n\n## 不要做\n别刮。\n",
    "articles/query-first.md": HEAD.format(kind="money-safety", alias="ask") + "## 怎么做\n查。\n\n## 不要做\n别急。\n",
    "acquirers.yaml": (
        "- slug: someone\n  brand: 某收单\n  standing: 持牌\n  standing_as_of: '2026-05'\n  hotline: '95534'\n"
        "  hotline_confidence: unverified\n  note: 网上写95534，没有核实\n  reviewed_on: 2026-11-25\n"
        "  sources: [{source: rumour, note: 号码}]\n"
    ),
}


def write_content(folder: Path) -> None:
    """Write those of `FILES` that are not there yet."""
    for name, text in FILES.items():
        path = folder / name
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
