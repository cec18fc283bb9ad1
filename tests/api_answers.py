"""What the tests of the API look at in an answer."""

from typing import Any

from kb.api.schemas import ErrorRecord

CODES = "/api/v1/codes/"


def error_of(response: Any, status: int) -> dict[str, Any]:
    """The error of a response, after a look at its shape."""
    assert response.status_code == status
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response["Content-Language"] == "en"
    assert response["Cache-Control"] == "private, no-store"
    answer = response.json()
    assert set(answer) == {"error"}
    error: dict[str, Any] = answer["error"]
    assert set(error) == set(ErrorRecord.model_fields)
    assert error["status"] == status
    assert error["code"] and error["message"] and error["remedy"]
    return error
