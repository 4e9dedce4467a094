"""Writes of this room: the tree, and its people."""

from linghang.apps.org.operations.bulk import Added, add_people, change_people
from linghang.apps.org.operations.careers import appoint, change_class, change_standing, dismiss, join, leave
from linghang.apps.org.operations.links import (
    NewLink,
    change_area,
    close_area,
    link,
    open_area,
    set_category,
    unlink,
)
from linghang.apps.org.operations.merging import merge_people, undo_merge
from linghang.apps.org.operations.organisations import (
    close_organisation,
    create_organisation,
    move_organisation,
    rename_organisation,
)
from linghang.apps.org.operations.people import (
    add_person,
    correct_person,
    link_account,
    reveal_numbers,
    set_numbers,
)
from linghang.apps.org.operations.registers import (
    begin_mobility,
    cancel_transfer,
    confirm_own_contact,
    end_mobility,
    open_transfer,
    receive_transfer,
    record_contact,
    transfer_person,
)
from linghang.apps.org.operations.reshaping import merge_organisations, split_organisation
from linghang.apps.org.operations.terms import extend_term, set_term
from linghang.apps.org.operations.undoing import undo_effects

__all__ = [
    "Added",
    "NewLink",
    "add_people",
    "add_person",
    "appoint",
    "begin_mobility",
    "cancel_transfer",
    "change_area",
    "change_class",
    "change_people",
    "change_standing",
    "close_area",
    "close_organisation",
    "confirm_own_contact",
    "correct_person",
    "create_organisation",
    "dismiss",
    "end_mobility",
    "extend_term",
    "join",
    "leave",
    "link",
    "link_account",
    "merge_organisations",
    "merge_people",
    "move_organisation",
    "open_area",
    "open_transfer",
    "receive_transfer",
    "record_contact",
    "rename_organisation",
    "reveal_numbers",
    "set_category",
    "set_numbers",
    "set_term",
    "split_organisation",
    "transfer_person",
    "undo_effects",
    "undo_merge",
    "unlink",
]
