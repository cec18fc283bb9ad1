"""The knowledge base's tables, in the words of docs/glossary.md."""

from kb.models.acquirers import Acquirer
from kb.models.articles import Article, ArticleAlias
from kb.models.causes import Cause, CauseCategory, CodeCause
from kb.models.codes import Account, CodeArticle, CodeString, CodeSystem, Disagreement, DisagreementPosition, ErrorCode
from kb.models.search import SearchEntry, SearchTerm
from kb.models.sources import Citation, Source

__all__ = [
    "Account",
    "Acquirer",
    "Article",
    "ArticleAlias",
    "Cause",
    "CauseCategory",
    "Citation",
    "CodeArticle",
    "CodeCause",
    "CodeString",
    "CodeSystem",
    "Disagreement",
    "DisagreementPosition",
    "ErrorCode",
    "SearchEntry",
    "SearchTerm",
    "Source",
]
