"""The knowledge base's tables, in the words of docs/glossary.md."""

from kb.models.acquirers import Acquirer
from kb.models.articles import Article, ArticleAlias
from kb.models.causes import Cause, CauseCategory, CodeCause
from kb.models.codes import Account, CodeArticle, CodeString, CodeSystem, Disagreement, DisagreementPosition, ErrorCode
from kb.models.learning import MissingEntry, SearchCount
from kb.models.search import CodeSpelling, SearchCode, SearchDocument, SearchEntry, SearchWord, SynonymGroup
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
    "CodeSpelling",
    "CodeString",
    "CodeSystem",
    "Disagreement",
    "DisagreementPosition",
    "ErrorCode",
    "MissingEntry",
    "SearchCode",
    "SearchCount",
    "SearchDocument",
    "SearchEntry",
    "SearchWord",
    "Source",
    "SynonymGroup",
]
