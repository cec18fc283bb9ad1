"""The API as a whole: what both apps offer to programs. Its rules are in kb/site/api.py, its description in docs/api.md."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

from diagnostics.api import router as guides
from kb.api.articles import router as articles
from kb.api.codes import router as codes
from kb.api.errors import handle_errors
from kb.api.search import router as search
from kb.site.api import NAMESPACE
from kb.site.public import public_page


class _Json(JSONRenderer):
    json_dumps_params = {"ensure_ascii": False}  # Chinese as it is, in half the bytes


class _Api(NinjaAPI):
    _schema: OpenAPISchema | None = None

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Made once a process: it takes some 60 ms and never changes."""
        if self._schema is None:
            self._schema = super().get_openapi_schema(**options)
        return self._schema


api = _Api(
    title="posfix",
    version="1",
    description=(
        "Error codes of card terminals: what they mean, whether the money moved, and the guide that leads to the fix. "
        "Published content only, the same for everybody; texts are Chinese."
    ),
    docs_url=None,  # django-ninja's page takes scripts from elsewhere; our content policy rightly refuses them
    docs_decorator=public_page,
    renderer=_Json(),
    urls_namespace=NAMESPACE,
)
api.add_decorator(public_page, mode="view")
handle_errors(api)
api.add_router("/codes", codes)
api.add_router("/articles", articles)
api.add_router("/guides", guides)
api.add_router("", search)
