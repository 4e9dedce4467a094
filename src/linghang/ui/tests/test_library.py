"""The component library as a whole: head comments, the components page, and nothing that the browser would refuse."""

import re
from pathlib import Path

import pytest

from linghang.ui.icons import ICONS

SOURCE = Path(__file__).resolve().parents[2]
UI = SOURCE / "ui"
COMPONENTS = sorted((UI / "templates" / "ui" / "c").glob("*.html"))
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))
INLINE = re.compile(r"\sstyle=|\son[a-z]+=\"|<style\b|<script(?![^>]*\bsrc=)", re.IGNORECASE)
ICON = re.compile(r"""\{%\s*icon\s+["']([\w-]+)["']|\bicon(?:_name)?=["']([\w-]+)["']""")


def _id(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@pytest.mark.parametrize("path", COMPONENTS, ids=_id)
def test_each_component_says_what_it_is_for_and_what_it_takes(path: Path):
    head = path.read_text("utf-8").split("{% endcomment %}")[0]
    assert head.startswith("{% comment %}")
    assert "Parameters:" in head


@pytest.mark.parametrize("path", COMPONENTS, ids=_id)
def test_each_component_is_on_the_components_page(path: Path):
    page = (UI / "templates" / "ui" / "components.html").read_text("utf-8")
    tag = {"field": "form_field", "pick": "form_field form.place"}.get(path.stem, path.stem)
    assert f"ui/c/{path.name}" in page or f"{{% {tag} " in page or f"{{% {tag} %}}" in page


@pytest.mark.parametrize("path", TEMPLATES, ids=_id)
def test_no_template_has_inline_style_or_script(path: Path):
    assert INLINE.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_id)
def test_no_template_fetches_anything_from_elsewhere(path: Path):
    assert re.findall(r"""(?:src|href|action)=["'](?:https?:)?//""", path.read_text("utf-8")) == []


def test_all_icons_that_are_named_anywhere_are_in_the_sprite():
    files = [*TEMPLATES, *(path for path in SOURCE.rglob("*.py") if "tests" not in path.parts)]
    named = {name for path in files for pair in ICON.findall(path.read_text("utf-8")) for name in pair if name}
    assert named - ICONS == set()


def test_style_sheets_name_colours_only_through_tokens():
    sheets = [path for path in (UI / "static" / "ui").glob("*.css") if path.name != "tokens.css"]
    allowed = {"#fff", "#000", "#222", "#333", "#555", "#777", "#999"}
    for path in sheets:
        extra = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text("utf-8"))) - allowed
        assert extra == set(), f"{path.name} brings its own colours: put them into tokens.css"


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_colours_keep_their_contrast():
    text = (UI / "static" / "ui" / "tokens.css").read_text("utf-8")
    tokens = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{3,6});", text))
    pairs = [(ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("ground", "ground-2", "ground-3")]
    pairs += [(name, f"{name}-faint") for name in ("red", "gold", "good", "info", "warn", "bad")]
    pairs += [(name, "ground") for name in ("red", "red-strong", "gold", "good", "info", "warn", "bad")]
    for ink, ground in pairs:
        light, dark = sorted((_luminance(tokens[ink]), _luminance(tokens[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{ink} on {ground}"
