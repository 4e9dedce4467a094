"""PDF by typst: text can be searched and copied, fonts are embedded, and no text of a user is ever markup.

The template is fixed; the contents go in as JSON, which the template only shows. The compiler sees an empty folder.
"""

import dataclasses
import json
import tempfile
from datetime import datetime
from pathlib import Path

from linghang.apps.exchange.documents.blocks import Document, Grid, Heading
from linghang.apps.exchange.sheets import safe_text

_TEMPLATE = Path(__file__).with_name("document.typ")
FAMILIES = ("Noto Serif SC", "Noto Serif CJK SC", "Source Han Serif SC", "Noto Sans SC", "Noto Sans CJK SC", "SimSun")


class NoChineseFont(Exception):
    """No font with Chinese letters was found; the message says what to install."""


def render_pdf(document: Document, *, font_folder: Path | None = None, made_at: datetime | None = None) -> bytes:
    """The document as PDF. Fonts come from `font_folder` (site-assets/fonts), else from the system.

    Raises NoChineseFont when neither has one of `FAMILIES`. `made_at` is the only date in the file.
    """
    import typst  # a heavy library, needed only here

    folders = [str(font_folder)] if font_folder and font_folder.is_dir() else []
    known = {str(family) for family in typst.Fonts(font_paths=folders).families()}
    fonts = [family for family in FAMILIES if family in known]
    if not fonts:
        raise NoChineseFont("没有找到中文字体；安装 fonts-noto-cjk，或先运行 make run 生成 site-assets/fonts")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "document.typ")
        page.write_bytes(_TEMPLATE.read_bytes())
        said = json.dumps({"fonts": fonts, **_plain(document)}, ensure_ascii=False)
        made: bytes = typst.compile(
            str(page), root=folder, font_paths=folders, format="pdf", sys_inputs={"document": said}, timestamp=made_at
        )
    return made


def _plain(document: Document) -> dict[str, object]:
    """The document as JSON values; control characters are left out."""
    parts: dict[str, object] = {
        f.name: safe_text(str(getattr(document, f.name))) for f in dataclasses.fields(document) if f.name != "blocks"
    }
    parts["blocks"] = [_block(block) for block in document.blocks]
    return parts


def _block(block: object) -> dict[str, object]:
    if isinstance(block, Grid):
        rows = [[safe_text(cell) for cell in row] for row in block.rows]
        header = [safe_text(cell) for cell in block.header]
        return {"type": "grid", "header": header, "rows": rows, "caption": safe_text(block.caption)}
    if isinstance(block, Heading):
        return {"type": "heading", "text": safe_text(block.text), "level": block.level}
    return {"type": "paragraph", "text": safe_text(getattr(block, "text", ""))}
