"""Titles of a pack in the language of the page, and what a case is about in words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from linghang.apps.loops.data import BUILT_LABELS
from linghang.engine.packs.loop_model import LoopKind
from linghang.engine.packs.model import FactKind, Pack, Title
from linghang.engine.points import UNIT

KINDS_OF_ENTRY = {
    "person": gettext_lazy("个人档案"),
    "import": gettext_lazy("导入的内容"),
    "record": gettext_lazy("纪实记录"),
}


def said(title: Title) -> str:
    """The title in the language of the page; what a pack does not translate stays Chinese."""
    language = get_language() or "zh"
    return title.get(language.split("-")[0], title["zh"])


def step_words(kind: LoopKind, step: str) -> str:
    """What a step that was taken is called."""
    if step in kind.steps:
        return said(kind.steps[step].title)
    return str(BUILT_LABELS.get(step, step))


def quantity_words(value: int, unit: str) -> str:
    """20000 ten-thousandths of 小时 → 2 小时."""
    whole, part = divmod(value, UNIT)
    digits = f"{whole}.{part:04d}".rstrip("0").rstrip(".")
    return f"{digits} {unit}"


def about_words(about: Mapping[str, Any], pack: Pack) -> tuple[tuple[str, str], ...]:
    """What a case is about, as pairs of words; ids that mean nothing to a reader are left out."""
    kind = pack.kinds.get(about.get("record", ""))
    if kind is not None:
        return tuple(_declared(about, kind))
    entry = KINDS_OF_ENTRY.get(about.get("entry", ""))
    return ((str(_("更正什么")), str(entry)),) if entry else ()


def _declared(about: Mapping[str, Any], kind: FactKind) -> list[tuple[str, str]]:
    pairs = [
        (_("事项"), said(kind.title)),
        (_("日期"), date_format(date.fromisoformat(about["day"]), "DATE_FORMAT")),
        (_("数量"), quantity_words(about["quantity"], kind.unit)),
    ]
    for name, value in about.get("attributes", {}).items():
        attribute = kind.attributes.get(name)
        if attribute is not None and value in attribute.values:
            pairs.append((said(attribute.title), said(attribute.values[value])))
    return pairs
