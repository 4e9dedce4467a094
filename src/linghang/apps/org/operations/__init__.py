"""Writes of this room: the tree, and its people."""

from linghang.apps.org.operations.organisations import (
    close_organisation,
    create_organisation,
    move_organisation,
    rename_organisation,
)
from linghang.apps.org.operations.people import add_person, reveal_numbers, set_numbers

__all__ = [
    "add_person",
    "close_organisation",
    "create_organisation",
    "move_organisation",
    "rename_organisation",
    "reveal_numbers",
    "set_numbers",
]
