"""Lists in stretches: what may be asked for, and where the next stretch is."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from ninja import Field, Schema

MOST_ITEMS = 500
_USUAL_ITEMS = 100
_FARTHEST = 1_000_000  # items; no list of ours is near it, and a database takes no number of any length

#: What a parameter takes: stands in the schema, and in the error for a value that it does not take.
REMEDIES = {
    "limit": f"Give a whole number from 1 to {MOST_ITEMS}: how many items to answer with.",
    "offset": f"Give a whole number from 0 to {_FARTHEST}: how many items to skip. Better, follow `next`.",
    "system": "Give the slug of a code system, or leave it out for all.",
    "q": "Give the question as `q`, up to 200 characters of it are read; an empty one finds nothing.",
}


class Paging(Schema):
    limit: int = Field(_USUAL_ITEMS, ge=1, le=MOST_ITEMS, description=REMEDIES["limit"])
    offset: int = Field(0, ge=0, le=_FARTHEST, description=REMEDIES["offset"])


def next_address(request: HttpRequest, paging: Paging, count: int, **filters: str) -> str | None:
    """The path and query of the stretch after this one, None after the last; `count` is the whole list's length.

    Built anew from what was understood, so that however a question was put, its stretches have one address each.
    """
    following = paging.offset + paging.limit
    if following >= count:
        return None
    query: dict[str, Any] = {name: value for name, value in filters.items() if value}
    return f"{request.path}?{urlencode({**query, 'limit': paging.limit, 'offset': following})}"
