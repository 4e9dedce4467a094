"""Pictures are drawn anew: what is no pixel (position of the telephone, hidden content) does not come along."""

import io
import warnings
from typing import IO, TYPE_CHECKING

from django.utils.translation import gettext as _

from linghang.apps.ledger.files.refusal import Unacceptable

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 50_000_000
FORMATS = {"image/jpeg": ".jpg", "image/png": ".png"}
READ = ("JPEG", "PNG", "WEBP", "GIF", "BMP")


def write_anew(file: IO[bytes]) -> str | None:
    """Replace the picture in an open file by its pixels; its media type, or None when it is no picture."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # heavy: only where a picture comes

    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(file, formats=READ)
            if picture.width * picture.height > MOST_PIXELS:
                raise _too_many_pixels()
            kept = ImageOps.exif_transpose(picture)
            media_type, content = _drawn(kept)
    except UnidentifiedImageError:
        return None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as reason:
        raise _too_many_pixels() from reason
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, AttributeError) as reason:
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


def _too_many_pixels() -> Unacceptable:
    words = _("图片像素过多，最多%(n)s万像素，请缩小后再上传。")
    return Unacceptable(words % {"n": MOST_PIXELS // 10_000})
