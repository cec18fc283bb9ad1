"""Search: what a person typed, answered for a program. Any text is a question; bad input finds nothing."""

from django.http import HttpRequest
from ninja import Field, Query, Router

from kb.api.paging import MOST_ITEMS, REMEDIES, Paging, next_address
from kb.api.records import search_hit
from kb.api.schemas import ErrorAnswer, SearchAnswer
from kb.queries.search import found_entries
from kb.search_store.interface import MOST_CANDIDATES

router = Router(tags=["search"])


class Asked(Paging):
    q: str = Field(description=REMEDIES["q"])
    limit: int = Field(20, ge=1, le=MOST_ITEMS, description=REMEDIES["limit"])


@router.get("/search", response={200: SearchAnswer, 400: ErrorAnswer, 429: ErrorAnswer}, operation_id="search")
@router.get("/search/", response={200: SearchAnswer}, include_in_schema=False)
def search(request: HttpRequest, asked: Query[Asked]) -> SearchAnswer:
    """Codes, articles and guides that answer a question: a code, a screen message, a symptom in a whole sentence."""
    found = found_entries(asked.q)
    entries = found.entries[:MOST_CANDIDATES]
    return SearchAnswer(
        items=[search_hit(entry) for entry in entries[asked.offset : asked.offset + asked.limit]],
        count=len(entries),
        next=next_address(request, asked, len(entries), q=found.question.text),
        unknown_codes=list(found.unknown_codes),
        near_codes=list(found.near_codes),
    )
