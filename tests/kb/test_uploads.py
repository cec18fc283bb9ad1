"""Pictures from outside: what is refused, what is kept of them, and that nothing that is sent breaks the server."""

import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from kb.uploads import MAX_BYTES, MAX_SIDE, ImageRefused, Refusal, safe_picture

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


PLAIN, BLACK = Image.new("P", (30, 30)), Image.new("RGB", (40, 20))
SAMPLES = [
    encoded(RED, "PNG"),
    encoded(RED, "JPEG"),
    encoded(RED, "WEBP"),
    encoded(RED, "GIF"),
    encoded(RED, "GIF", save_all=True, append_images=[BLACK]),
    encoded(RED, "WEBP", save_all=True, append_images=[BLACK], lossless=True),
    encoded(PLAIN, "PNG", transparency=0),
]


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
