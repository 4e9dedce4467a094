"""The five stories as the first page of a demo installation shows them."""

from linghang.apps.portal.data import Story
from linghang.demo.content import Unit, units


def stories() -> list[Story]:
    """One story of each unit, in the order of their cards."""
    return sorted((_story(unit) for unit in units()), key=lambda story: story.order)


def _story(unit: Unit) -> Story:
    return Story(unit=unit.name, **vars(unit.card))
