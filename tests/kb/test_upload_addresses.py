"""The addresses that the Markdown editor calls: who may, what they answer, and that nothing sent breaks them."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from kb.uploads import MAX_BYTES
from tests.admin_forms import client_of

UPLOAD = "/admin/markdownx/upload/"
PREVIEW = "/admin/markdownx/markdownify/"
RED = Image.new("RGB", (40, 20), (200, 10, 10))


def encoded(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


@pytest.fixture
def editor(db: None) -> Client:
    return client_of("editor")


def upload(client: Client, data: bytes, name: str = "卡.png", **headers: str) -> Any:
    return client.post(UPLOAD, {"image": SimpleUploadedFile(name, data, "image/png")}, headers=headers)


def test_an_uploaded_picture_is_kept_and_served(editor: Client, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    answer = upload(editor, encoded(RED, "JPEG"), "../../evil.svg")
    assert answer.status_code == 200
    address = answer.json()["url"]
    assert answer.json()["image_code"] == f"![]({address})"
    assert address.startswith("/media/articles/")
    assert address.endswith(".jpg")
    assert "evil" not in address
    served = editor.get(address)
    assert served["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(b"".join(served))).size == (40, 20)


def test_the_preview_is_the_sites_own_rendering(editor: Client) -> None:
    answer = editor.post(PREVIEW, {"content": "# 甲\n\n::: dont\n- 乙\n:::\n<script>丙</script>"})
    assert answer.status_code == 200
    assert '<aside class="dont">' in answer.content.decode()
    assert "<h2>甲</h2>" in answer.content.decode()
    assert "<script>" not in answer.content.decode()


@pytest.mark.parametrize("address", [UPLOAD, PREVIEW])
@pytest.mark.parametrize(
    ("group", "status"),
    [("", 403), ("plain", 403), ("staff", 403), ("call-centre agent", 403), ("supervisor", 403), ("editor", 400),
     ("reviewer", 400), ("superuser", 400)],
)  # fmt: skip
def test_only_editors_reach_the_forms(db: None, address: str, group: str, status: int) -> None:
    answer = client_of(group).post(address)
    assert answer.status_code == status
    assert answer.json()["error"]


@pytest.mark.parametrize("address", [UPLOAD, PREVIEW])
@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_other_methods_get_an_answer_in_words(editor: Client, address: str, method: str) -> None:
    answer = getattr(editor, method)(address)
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert answer.json()["error"]


@pytest.mark.parametrize("address", [UPLOAD, PREVIEW])
def test_a_form_from_elsewhere_is_refused_in_json(editor: Client, address: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = editor.cookies
    answer = strict.post(address, {"content": "甲"})
    assert answer.status_code == 403
    assert answer.json()["error"]
    page = strict.get("/admin/kb/article/add/")
    token = str(page.context["csrf_token"])
    assert strict.post(PREVIEW, {"content": "甲", "csrfmiddlewaretoken": token}).status_code == 200


def test_too_much_text_is_refused(editor: Client) -> None:
    for text in ("字" * 70_000, "a" * 300_000, "*a_ " * 10_000):
        answer = editor.post(PREVIEW, {"content": text})
        assert answer.status_code == 413
        assert answer.json()["error"]


def test_too_heavy_a_file_is_refused_before_it_is_read(editor: Client) -> None:
    for size in (MAX_BYTES + 1, MAX_BYTES + 200_000):
        answer = upload(editor, b"\x89PNG" + bytes(size))
        assert answer.status_code == 413
        assert answer.json()["error"]


def test_a_request_that_announces_too_much_is_not_read(editor: Client) -> None:
    kind = "multipart/form-data; boundary=x"
    assert editor.generic("POST", UPLOAD, b"--x", kind, CONTENT_LENGTH="99999999999").status_code == 413
    assert editor.generic("POST", PREVIEW, b"--x", kind, CONTENT_LENGTH=str(1024 * 1024 + 1)).status_code == 413


def test_answers_are_in_the_language_of_the_page_that_asked(editor: Client) -> None:
    english = editor.post(UPLOAD, headers={"referer": "https://testserver/en/admin/kb/article/1/change/"})
    assert english.json()["error"] == "There is no picture in the form."
    assert editor.post(UPLOAD, headers={"referer": "https://[broken"}).status_code == 400


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary=x; charset=no-such",
     "application/x-www-form-urlencoded; charset=utf-7", "application/json", "text/plain", "; ;"],
)  # fmt: skip
@pytest.mark.parametrize(
    "body", [b"", b"--x\r\n", b"--x\r\nContent-Disposition: form-data; name=image\r\n", b"\xff\xfe\x00content=%ff%00"]
)
def test_a_broken_form_is_no_error_of_ours(editor: Client, content_type: str, body: bytes) -> None:
    for address in (UPLOAD, PREVIEW):
        answer = editor.generic("POST", address, body, content_type=content_type)
        assert answer.status_code in {400, 403}, content_type
        assert json.loads(answer.content)["error"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_damaged_uploads_get_an_answer_in_words(editor: Client, kind: str, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    whole = encoded(RED, kind)
    for place in range(0, len(whole), max(1, len(whole) // 40)):
        for data in (whole[:place], whole[:place] + b"\xff\x00\xff" + whole[place + 3 :]):
            answer = upload(editor, data)
            assert answer.status_code in {200, 400}
            assert answer.status_code == 200 or answer.json()["error"]
