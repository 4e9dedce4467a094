"""Kinds, attributes and quantities of packs in the words of the reader's language."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import get_language

from linghang.apps.org.packs import pack_in_force
from linghang.engine.packs.model import FactKind, Title
from linghang.engine.points import UNIT

EMPTY = "none"  # the value that says nothing: no reason for being absent


def kinds_on(day: date) -> Mapping[str, FactKind]:
    """The kinds of records of the pack in force."""
    return pack_in_force(on=day).kinds


def said(title: Title) -> str:
    """A title in the language of the page; Chinese where there is no other."""
    return title.get((get_language() or "zh")[:2], title["zh"])


def kind_title(kinds: Mapping[str, FactKind], kind: str) -> str:
    """What a kind is called; its id when the pack of today does not know it any more."""
    found = kinds.get(kind)
    return said(found.title) if found else kind


def attribute_pairs(kind: FactKind | None, attributes: Mapping[str, str]) -> list[tuple[str, str]]:
    """Attributes as (title, value in words), in the order of the pack."""
    if kind is None:
        return sorted(attributes.items())
    known = [
        (said(one.title), said(one.values[attributes[one.id]]))
        for one in kind.attributes.values()
        if attributes.get(one.id) in one.values
    ]
    return known + [(name, value) for name, value in attributes.items() if name not in kind.attributes]


def attribute_words(kind: FactKind | None, attributes: Mapping[str, str]) -> str:
    """Only the values, for a row of a list; what says nothing is left out."""
    if kind is None:
        return "、".join(attributes.values())
    told = {name: value for name, value in attributes.items() if value != EMPTY}
    return " · ".join(value for _title, value in attribute_pairs(kind, told))


def quantity_words(kind: FactKind | None, quantity: int) -> str:
    """'2.5小时'; a single occurrence says nothing."""
    whole, rest = divmod(quantity, UNIT)
    number = f"{whole}.{rest:04d}".rstrip("0") if rest else str(whole)
    unit = kind.unit if kind else ""
    return "" if unit in ("次", "件") and quantity == UNIT else f"{number}{unit}"
