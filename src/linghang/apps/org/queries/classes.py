"""The words of the roster's class column."""

from datetime import date

from linghang.apps.org.data import CLASSES
from linghang.apps.org.packs import pack_in_force


def person_classes(*, on: date) -> list[str]:
    """What may stand there on a day: words of every roster, and those that the pack's groups know."""
    groups = pack_in_force(on=on).groups
    words = [word for group in groups.values() for word in group.classes]
    return list(dict.fromkeys([*CLASSES, *words]))
