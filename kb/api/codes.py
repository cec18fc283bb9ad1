"""Codes: every published meaning, and what one string or slug means."""

from django.http import HttpRequest
from ninja import Field, Query, Router

from kb.api.errors import BadParameter, NotPublished
from kb.api.paging import REMEDIES, Paging, next_address
from kb.api.records import code_record
from kb.api.schemas import CodeList, ErrorAnswer
from kb.models import CodeSystem
from kb.queries.records import codes_named, published_codes, system_slugs

router = Router(tags=["codes"])


class CodeFilters(Paging):
    system: str = Field("", description=REMEDIES["system"])


@router.get("/", response={200: CodeList, 400: ErrorAnswer, 429: ErrorAnswer}, operation_id="listCodes")
def codes(request: HttpRequest, filters: Query[CodeFilters]) -> CodeList:
    """Every published meaning, by slug."""
    try:
        found = published_codes(system=filters.system, offset=filters.offset, limit=filters.limit)
    except CodeSystem.DoesNotExist:
        remedy = f"{REMEDIES['system']} Known: {', '.join(system_slugs())}."
        raise BadParameter("system", filters.system, remedy) from None
    return CodeList(
        items=[code_record(one) for one in found.items],
        count=found.count,
        next=next_address(request, filters, found.count, system=filters.system),
    )


@router.get("/{name}/", response={200: CodeList, 404: ErrorAnswer, 429: ErrorAnswer}, operation_id="getCode")
def code(request: HttpRequest, name: str) -> CodeList:
    """Every meaning of a code string, in any spelling (`e-324`, `Ｅ３２４`), surest first; or the meaning of a slug."""
    found = codes_named(name)
    if not found:
        raise NotPublished("code", name, listed_by="codes")
    return CodeList(items=[code_record(one) for one in found], count=len(found), next=None)
