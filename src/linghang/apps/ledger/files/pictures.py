"""Pictures are drawn anew: what is no pixel (position of the telephone, hidden content) does not come along."""

import io
import struct
import warnings
from typing import IO, TYPE_CHECKING

from django.utils.translation import gettext as _

from linghang.apps.ledger.files.refusal import Unacceptable

if TYPE_CHECKING:
    from PIL import Image

# what a camera gives comes as JPEG, which can be read in a smaller size; everything else is unpacked as it is
MOST_PIXELS = {"JPEG": 80_000_000}
MOST_UNPACKED_PIXELS = 20_000_000
LONGEST_SIDE = 4_000  # enough to read a page of writing on it
FORMATS = {"image/jpeg": ".jpg", "image/png": ".png"}
DAMAGED = (
    OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, AttributeError, struct.error,
)  # fmt: skip
READ = ("JPEG", "PNG", "WEBP", "GIF", "BMP")


def write_anew(file: IO[bytes]) -> str | None:
    """Replace the picture in an open file by its pixels; its media type, or None when it is no picture."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # heavy: only where a picture comes

    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(file, formats=READ)
            most = MOST_PIXELS.get(picture.format or "", MOST_UNPACKED_PIXELS)
            if picture.width * picture.height > most:
                raise _too_many_pixels(most)
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # of JPEG only: an eighth, a quarter or half of it
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            ImageOps.exif_transpose(picture, in_place=True)
            media_type, content = _drawn(picture)
    except UnidentifiedImageError:
        return None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as reason:
        raise _too_many_pixels(MOST_UNPACKED_PIXELS) from reason
    except DAMAGED as reason:
        raise Unacceptable(_("图片不完整或已损坏，请重新拍照或另存后再上传。")) from reason
    file.seek(0)
    file.truncate()
    file.write(content)
    return media_type


def _drawn(picture: "Image.Image") -> tuple[str, bytes]:
    """As JPEG, or as PNG where there is transparency or a palette."""
    from PIL import Image

    target = io.BytesIO()
    if picture.mode in ("RGBA", "LA", "P", "1"):
        clean = Image.new("RGBA", picture.size)
        clean.paste(picture.convert("RGBA"))
        clean.save(target, "PNG")
        return "image/png", target.getvalue()
    clean = Image.new("RGB", picture.size)
    clean.paste(picture.convert("RGB"))
    clean.save(target, "JPEG", quality=88)
    return "image/jpeg", target.getvalue()


def _too_many_pixels(most: int) -> Unacceptable:
    words = _("图片像素过多，最多%(n)s万像素，请缩小后再上传。")
    return Unacceptable(words % {"n": most // 10_000})
