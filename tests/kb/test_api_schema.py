"""openapi.json tells the truth: every address that it names answers with what it says, key by key."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from kb.api.paging import REMEDIES
from kb.models import ArticleAlias, CodeArticle
from tests.factories import make_article, make_error_code, make_guide

pytestmark = pytest.mark.django_db

#: Where to look for an answer of each status.
ASKED = {
    "/api/v1/codes/": {200: "/api/v1/codes/", 400: "/api/v1/codes/?limit=0"},
    "/api/v1/codes/{name}/": {200: "/api/v1/codes/E324/", 404: "/api/v1/codes/nope/"},
    "/api/v1/articles/": {200: "/api/v1/articles/?limit=1", 400: "/api/v1/articles/?offset=x"},
    "/api/v1/articles/{slug}/": {200: "/api/v1/articles/an-article/", 404: "/api/v1/articles/nope/"},
    "/api/v1/guides/": {200: "/api/v1/guides/", 400: "/api/v1/guides/?limit=501"},
    "/api/v1/guides/{slug}/": {200: "/api/v1/guides/trial/", 404: "/api/v1/guides/nope/"},
    "/api/v1/search": {200: "/api/v1/search?q=E324&limit=1", 400: "/api/v1/search"},
}
_TYPES: dict[str, Any] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict, "null": type(None)
}  # fmt: skip


@pytest.fixture
def schema(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return found


@pytest.fixture
def _entries() -> None:
    article = make_article(slug="an-article", sources=2, minutes=3, reviewed_on=dt.date(2026, 11, 2))
    ArticleAlias.objects.create(article=article, slug="an-alias")
    for accounts in (2, 0):
        code = make_error_code(strings=("E324",), accounts=accounts, causes=accounts)
        CodeArticle.objects.create(code=code, article=article)
    make_error_code(strings=())
    make_guide(codes=("E324",))


def faults(value: Any, shape: dict[str, Any], schema: dict[str, Any], at: str = "") -> Iterator[str]:
    """Where `value` is not what `shape` says; a key that it does not name is a fault too."""
    if "$ref" in shape:
        shape = schema["components"]["schemas"][shape["$ref"].removeprefix("#/components/schemas/")]
    if "anyOf" in shape:
        if all(list(faults(value, one, schema, at)) for one in shape["anyOf"]):
            yield f"{at}: {value!r} is none of them"
        return
    if not isinstance(value, _TYPES[shape["type"]]) or (isinstance(value, bool) and shape["type"] != "boolean"):
        yield f"{at}: {value!r} is no {shape['type']}"
        return
    if "enum" in shape and value not in shape["enum"]:
        yield f"{at}: {value!r} is not in {shape['enum']}"
    if shape.get("format") in {"date", "date-time"}:
        dt.datetime.fromisoformat(value)
    if shape["type"] == "array":
        for index, item in enumerate(value):
            yield from faults(item, shape["items"], schema, f"{at}[{index}]")
    if shape["type"] == "object":
        named, rest = shape.get("properties", {}), shape.get("additionalProperties")
        if not rest and set(value) != set(named):
            yield f"{at}: keys {set(value) ^ set(named)} are on one side only"
        if set(shape.get("required", ())) != set(named):
            yield f"{at}: {set(named) - set(shape.get('required', ()))} may be missing, which nothing ever is"
        for key in value:
            if rest or key in named:
                yield from faults(value[key], rest or named[key], schema, f"{at}.{key}")


def test_what_it_is(client: Client, schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.")
    assert schema["info"]["title"] and schema["info"]["version"]
    assert set(schema["paths"]) == set(ASKED)


def test_it_is_for_reading_only(schema: dict[str, Any]) -> None:
    ids = []
    for operations in schema["paths"].values():
        assert set(operations) == {"get"}
        assert "requestBody" not in operations["get"]
        assert operations["get"]["description"]
        ids.append(operations["get"]["operationId"])
    assert len(set(ids)) == len(ids)


def test_every_parameter_is_explained_and_has_its_remedy(schema: dict[str, Any]) -> None:
    seen = set()
    for operations in schema["paths"].values():
        for parameter in operations["get"]["parameters"]:
            if parameter["in"] == "query":
                seen.add(parameter["name"])
                assert parameter["description"] == REMEDIES[parameter["name"]]
                assert parameter["required"] is (parameter["name"] == "q")
    assert seen == set(REMEDIES)


def test_limits_stand_in_it(schema: dict[str, Any]) -> None:
    for path, usual in (("/api/v1/codes/", 100), ("/api/v1/search", 20)):
        limit = next(one for one in schema["paths"][path]["get"]["parameters"] if one["name"] == "limit")["schema"]
        assert (limit["default"], limit["minimum"], limit["maximum"]) == (usual, 1, 500)


@pytest.mark.usefixtures("_entries")
@pytest.mark.parametrize(("path", "status"), [(path, status) for path, asked in ASKED.items() for status in asked])
def test_every_address_answers_as_it_says(client: Client, schema: dict[str, Any], path: str, status: int) -> None:
    response = client.get(ASKED[path][status])
    assert response.status_code == status
    shape = schema["paths"][path]["get"]["responses"][str(status)]["content"]["application/json"]["schema"]
    assert list(faults(response.json(), shape, schema)) == []


@pytest.mark.usefixtures("_entries")
def test_the_entries_have_something_of_everything(client: Client) -> None:
    """Else the test above would look at empty lists."""
    codes = client.get("/api/v1/codes/").json()["items"]
    assert any(code["accounts"] and code["causes"] and code["articles"] and code["strings"] for code in codes)
    article = client.get("/api/v1/articles/an-article/").json()
    assert article["sources"] and article["aliases"] and article["minutes"] and article["reviewed_on"]
    guide = client.get("/api/v1/guides/trial/").json()
    assert {node["result"] for node in guide["nodes"].values()} >= {None, "fixed", "escalate"}
    assert client.get(ASKED["/api/v1/search"][200]).json()["next"]


def test_every_refusal_is_the_one_error(schema: dict[str, Any]) -> None:
    for operations in schema["paths"].values():
        responses = operations["get"]["responses"]
        assert "429" in responses
        for status, response in responses.items():
            if status != "200":
                shape = response["content"]["application/json"]["schema"]
                assert shape == {"$ref": "#/components/schemas/ErrorAnswer"}


def test_a_wrong_answer_would_be_noticed(schema: dict[str, Any]) -> None:
    shape = {"$ref": "#/components/schemas/ErrorAnswer"}
    right = {"status": 404, "code": "x", "message": "x", "parameter": None, "remedy": "x"}
    assert list(faults({"error": right}, shape, schema)) == []
    for wrong in ({**right, "more": 1}, {**right, "status": "404"}, {**right, "parameter": 3}, {"status": 404}, None):
        assert list(faults({"error": wrong}, shape, schema))
