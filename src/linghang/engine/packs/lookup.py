"""What the words of a table mean: ids of things by their id or their Chinese title, widths of characters aside."""

from collections.abc import Sequence

from linghang.engine.packs.model import Attribute, Title
from linghang.engine.packs.schema import normal


def names(identifier: str, title: Title) -> tuple[str, str]:
    """What a thing may be called in a cell: its id or its Chinese title, widths aside."""
    return identifier, normal(title["zh"])


def values_called(attributes: Sequence[Attribute], word: str) -> list[str]:
    """Ids of the value of that title or id, over the attributes of all kinds concerned."""
    return [value for a in attributes for value, title in a.values.items() if word in names(value, title)]


def values_meant(attributes: Sequence[Attribute], word: str, sign: str) -> list[str]:
    """The values that a word means after a sign: itself (""), and everything higher (≥), everything lower (<) …"""
    if not sign:
        return values_called(attributes, word)
    found: list[str] = []
    for attribute in attributes:
        order = list(attribute.values)
        for value in values_called([attribute], word):
            found += _beside(order, order.index(value), sign)
    return found


def _beside(order: Sequence[str], at: int, sign: str) -> Sequence[str]:
    return {"≥": order[at:], ">": order[at + 1 :], "<": order[:at], "≤": order[: at + 1]}[sign]
