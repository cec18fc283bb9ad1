"""Pictures from outside: what is let in, and the shape in which it is kept.

Nothing of an upload is stored as it came. A picture is decoded and written anew, so that neither hidden data (where it
was taken, by which phone) nor a second file glued to it gets onto the site. An animation becomes its first frame: a
merchant in a hurry needs a still picture, and moving ones are heavy and hard to stop.
"""

import io
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PIL import Image, ImageCms, UnidentifiedImageError

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_PIXELS: Final = 40_000_000  # read from the header before anything is decoded; 160 MB of memory at the worst
MAX_SIDE: Final = 1600  # pixels; what is larger is scaled down

_MAX_PROFILE_BYTES = 4 * 1024 * 1024
_QUALITY = 85
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
# Phones that store several pictures in one JPEG are told apart as MPO; its first picture is the photograph.
_EXTENSIONS = {"PNG": ".png", "GIF": ".png", "JPEG": ".jpg", "MPO": ".jpg", "WEBP": ".webp"}
_ORIENTATION_TAG = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Refusal(StrEnum):
    """Why a picture is not taken. The words for it are the view's."""

    EMPTY = "empty"
    TOO_HEAVY = "too-heavy"
    UNKNOWN_FORMAT = "unknown-format"
    TOO_MANY_PIXELS = "too-many-pixels"
    UNREADABLE = "unreadable"


class ImageRefused(Exception):
    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture written by us: still, upright, sRGB, at most `MAX_SIDE` pixels a side, without any metadata."""

    content: bytes
    extension: str

    def new_name(self) -> str:
        """A file name that says nothing of where the picture came from."""
        return f"{secrets.token_hex(10)}{self.extension}"


def safe_picture(data: bytes) -> Picture:
    """Re-encode an uploaded file. PNG, JPEG and WebP stay what they are; a GIF becomes a PNG.

    Raises:
        ImageRefused: `data` is no whole picture of one of these formats, or larger than we take.
    """
    if not data:
        raise ImageRefused(Refusal.EMPTY)
    if len(data) > MAX_BYTES:
        raise ImageRefused(Refusal.TOO_HEAVY)
    opened = _open(data)
    if opened.width * opened.height > MAX_PIXELS:
        raise ImageRefused(Refusal.TOO_MANY_PIXELS)
    extension = _EXTENSIONS[opened.format or ""]
    try:
        content = _encode(_clean(opened), extension)
    except Exception as error:  # decoders of hostile bytes raise anything, from struct.error to MemoryError
        raise ImageRefused(Refusal.UNREADABLE) from error
    return Picture(content, extension)


def _open(data: bytes) -> Image.Image:
    """Read the header only; the format is found by content, whatever the file is called."""
    try:
        return Image.open(io.BytesIO(data), formats=_FORMATS)
    except UnidentifiedImageError as error:
        raise ImageRefused(Refusal.UNKNOWN_FORMAT) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageRefused(Refusal.TOO_MANY_PIXELS) from error
    except Exception as error:  # see safe_picture
        raise ImageRefused(Refusal.UNREADABLE) from error


def _clean(opened: Image.Image) -> Image.Image:
    orientation = _orientation(opened)
    profile = opened.info.get("icc_profile")
    # A JPEG can be decoded at half or a quarter of its size: a phone's photograph then costs a fraction of the memory.
    opened.draft(None, (MAX_SIDE, MAX_SIDE))
    image = _plain_mode(opened)
    if orientation in _TURNS:
        image = image.transpose(_TURNS[orientation])
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    image = _in_srgb(image, profile)
    # Writers copy comments, profiles and text chunks from here.
    image.info.clear()
    return image


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:  # noqa: BLE001 - a damaged EXIF block raises anything, and is no reason to refuse the picture
        return 1


def _plain_mode(image: Image.Image) -> Image.Image:
    """L, LA, RGB, RGBA or CMYK, eight bits a channel; a copy that is no longer tied to the file."""
    image.load()
    if image.mode.startswith("I"):
        # Sixteen bits of grey: a plain conversion would clip everything above 255 to white.
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in {"L", "RGB", "CMYK"}:
        return image.copy()
    return image.convert("L" if image.mode == "1" else "RGB")


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """Colours as a browser shows them once the profile is gone."""
    wanted = "RGB" if image.mode == "CMYK" else image.mode
    if isinstance(profile, bytes) and len(profile) <= _MAX_PROFILE_BYTES and image.mode in {"RGB", "RGBA", "CMYK"}:
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode=wanted)
        except (ImageCms.PyCMSError, OSError, ValueError):  # a damaged profile, or one for another kind of picture
            converted = None
        if converted is not None:
            return converted
    return image if image.mode == wanted else image.convert(wanted)


def _encode(image: Image.Image, extension: str) -> bytes:
    out = io.BytesIO()
    match extension:
        case ".jpg":
            image.save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
        case ".webp":
            image.save(out, "WEBP", quality=_QUALITY)
        case _:
            image.save(out, "PNG", optimize=True)
    return out.getvalue()
