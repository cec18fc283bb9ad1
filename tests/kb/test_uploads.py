"""Pictures from outside: what is refused, what is kept of them, and that nothing that is sent breaks the server."""

import io
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from kb.uploads import MAX_BYTES, MAX_SIDE, ImageRefused, Refusal, safe_picture
from tests.admin_forms import client_of

UPLOAD = "/admin/markdownx/upload/"
PREVIEW = "/admin/markdownx/markdownify/"
EXIF_ORIENTATION, EXIF_MAKER, EXIF_GPS = 0x0112, 0x010F, 0x8825


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def decoded(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def refusal_of(data: bytes) -> Refusal:
    with pytest.raises(ImageRefused) as refused:
        safe_picture(data)
    return refused.value.reason


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


RED = Image.new("RGB", (40, 20), (200, 10, 10))


# --- what comes out ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "extension", "kept"),
    [("PNG", ".png", "PNG"), ("JPEG", ".jpg", "JPEG"), ("WEBP", ".webp", "WEBP"), ("GIF", ".png", "PNG")],
)
def test_a_picture_is_told_by_its_content_and_written_anew(kind: str, extension: str, kept: str) -> None:
    picture = safe_picture(encoded(RED, kind) + b"<script>alert(1)</script>")
    assert picture.extension == extension
    assert decoded(picture.content).format == kept
    assert decoded(picture.content).size == (40, 20)
    assert b"script" not in picture.content


def test_the_name_says_nothing_and_is_never_the_same() -> None:
    picture = safe_picture(encoded(RED, "PNG"))
    assert picture.new_name() != picture.new_name()
    assert picture.new_name().endswith(".png")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_turned_upright_and_says_nothing_of_its_origin(kind: str) -> None:
    image = Image.new("RGB", (40, 20), (255, 255, 255))
    image.paste((255, 0, 0), (0, 0, 20, 20))
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = 6
    exif[EXIF_MAKER] = "SomePhone"
    exif.get_ifd(EXIF_GPS)[1] = "N"
    options: dict[str, Any] = {"exif": exif}
    if kind == "JPEG":
        options["comment"] = b"a comment"
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Author", "Somebody")
        text.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta/>")
        options["pnginfo"] = text
    result = safe_picture(encoded(image, kind, **options)).content
    upright = decoded(result)
    assert upright.size == (20, 40)
    red, _, blue = upright.convert("RGB").getpixel((10, 5))  # type: ignore[misc]
    assert red > 200 > 60 > blue  # what was on the left is on top
    assert not upright.getexif()
    for trace in (b"SomePhone", b"a comment", b"Somebody", b"xmpmeta", b"Exif"):
        assert trace not in result


def test_colours_of_a_profile_become_what_a_browser_shows_without_it() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"----").replace(b"gXYZ", b"rXYZ").replace(b"----", b"gXYZ")
    for profile, shown in ((srgb, (200, 10, 10)), (swapped, (10, 200, 10))):
        result = decoded(safe_picture(encoded(RED, "PNG", icc_profile=profile)).content)
        assert "icc_profile" not in result.info
        assert result.getpixel((5, 5)) == pytest.approx(shown, abs=4)


def test_a_damaged_profile_is_no_reason_to_refuse() -> None:
    assert safe_picture(encoded(RED, "PNG", icc_profile=b"no profile at all")).extension == ".png"


@pytest.mark.parametrize(
    ("image", "kind", "options", "mode", "pixel"),
    [
        (Image.new("CMYK", (9, 9), (0, 255, 255, 0)), "JPEG", {}, "RGB", (254, 0, 0)),
        (Image.new("I;16", (9, 9), 32768), "PNG", {}, "L", 127),
        (Image.new("1", (9, 9), 1), "PNG", {}, "L", 255),
        (Image.new("P", (9, 9), 0), "PNG", {"transparency": 0}, "RGBA", (0, 0, 0, 0)),
        (Image.new("LA", (9, 9), (50, 60)), "PNG", {}, "RGBA", (50, 50, 50, 60)),
        (Image.new("RGBA", (9, 9), (1, 2, 3, 0)), "PNG", {}, "RGBA", (1, 2, 3, 0)),
        (Image.new("RGB", (9, 9), (5, 6, 7)), "PNG", {"transparency": (5, 6, 7)}, "RGBA", (5, 6, 7, 0)),
        (Image.new("L", (9, 9), 77), "JPEG", {}, "L", 77),
    ],
)
def test_every_kind_of_pixel_comes_out_as_browsers_show_it(
    image: Image.Image, kind: str, options: dict[str, Any], mode: str, pixel: Any
) -> None:
    result = decoded(safe_picture(encoded(image, kind, **options)).content)
    assert result.mode == mode
    assert result.getpixel((4, 4)) == pytest.approx(pixel, abs=1)


def test_a_large_picture_is_scaled_down_and_a_thin_one_keeps_a_pixel() -> None:
    assert decoded(safe_picture(encoded(Image.new("RGB", (4000, 1000)), "JPEG")).content).size == (MAX_SIDE, 400)
    assert decoded(safe_picture(encoded(Image.new("L", (30_000, 1)), "PNG")).content).size == (MAX_SIDE, 1)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_becomes_its_first_frame(kind: str) -> None:
    later = [Image.new("RGB", (40, 20), (0, 0, shade)) for shade in range(10, 200, 10)]
    result = decoded(safe_picture(encoded(RED, kind, save_all=True, append_images=later)).content)
    assert getattr(result, "n_frames", 1) == 1
    assert result.convert("RGB").getpixel((20, 10)) == pytest.approx((200, 10, 10), abs=4)


def test_a_photograph_that_a_phone_stored_with_a_second_one_is_taken() -> None:
    several = encoded(Image.new("RGB", (60, 60), "blue"), "MPO", save_all=True, append_images=[RED])
    picture = safe_picture(several)
    assert picture.extension == ".jpg"
    assert decoded(picture.content).format == "JPEG"


# --- what is refused --------------------------------------------------------------------------------------------------
def test_refusals_name_their_reason() -> None:
    assert refusal_of(b"") is Refusal.EMPTY
    assert refusal_of(b"\x89PNG" + bytes(MAX_BYTES)) is Refusal.TOO_HEAVY
    assert refusal_of(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>") is Refusal.UNKNOWN_FORMAT
    assert refusal_of(encoded(RED, "BMP")) is Refusal.UNKNOWN_FORMAT
    assert refusal_of(b"GIF89a") is not None


@pytest.mark.parametrize("size", [(7000, 7000), (60_000, 60_000), (10_000, 9_500)])
def test_a_decompression_bomb_is_refused_by_its_header(size: tuple[int, int]) -> None:
    assert refusal_of(png_header(*size)) is Refusal.TOO_MANY_PIXELS


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_truncated_file_is_refused(kind: str) -> None:
    data = encoded(Image.effect_noise((200, 200), 60).convert("RGB"), kind)
    assert refusal_of(data[: len(data) // 2]) in {Refusal.UNREADABLE, Refusal.UNKNOWN_FORMAT}


SAMPLES = [
    encoded(image, kind, **options)
    for image, kind, options in [
        (RED, "PNG", {}), (RED, "JPEG", {}), (RED, "WEBP", {}), (RED, "GIF", {}),
        (RED, "GIF", {"save_all": True, "append_images": [Image.new("RGB", (40, 20))]}),
        (RED, "WEBP", {"save_all": True, "append_images": [Image.new("RGB", (40, 20))], "lossless": True}),
        (Image.new("P", (30, 30)), "PNG", {"transparency": 0}),
    ]
]  # fmt: skip


@given(st.binary(max_size=400))
def test_no_bytes_get_through_but_pictures(data: bytes) -> None:
    try:
        safe_picture(data)
    except ImageRefused:
        return
    decoded(data)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=12),
    st.integers(0, 2000),
)
def test_a_mutated_picture_is_refused_or_comes_out_whole(
    sample: bytes, changes: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(sample)
    for place, value in changes:
        data[place % len(data)] = value
    del data[len(data) - cut % len(data) :]
    try:
        picture = safe_picture(bytes(data))
    except ImageRefused:
        return
    assert max(decoded(picture.content).size) <= MAX_SIDE


# --- the addresses ----------------------------------------------------------------------------------------------------
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
    assert decoded(b"".join(served)).size == (40, 20)  # type: ignore[arg-type]


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
