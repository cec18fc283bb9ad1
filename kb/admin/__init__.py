"""The admin of the knowledge base, for support agents who are not programmers."""

from kb.admin import acquirers, articles, causes, codes, missing, sources, synonyms

__all__ = ["acquirers", "articles", "causes", "codes", "missing", "sources", "synonyms"]
