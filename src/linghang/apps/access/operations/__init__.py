"""Writes of this room: accounts and posts, activation, the second factor, and the tree of places."""

from linghang.apps.access.operations.accounts import (
    create_first_administrator,
    create_user,
    end_role,
    grant_role,
    set_active,
    set_password,
    unlock_user,
)
from linghang.apps.access.operations.activation import activate_account, issue_slips
from linghang.apps.access.operations.forgetting import forget_traces
from linghang.apps.access.operations.second_factor import (
    begin_second_factor,
    confirm_second_factor,
    go_on_with_second_factor,
    new_backup_codes,
    remove_second_factor,
    reset_second_factor,
    verify_second_factor,
)
from linghang.apps.access.operations.tree import close_node, create_node, move_node, rename_node

__all__ = [
    "activate_account",
    "begin_second_factor",
    "close_node",
    "confirm_second_factor",
    "create_first_administrator",
    "create_node",
    "create_user",
    "end_role",
    "forget_traces",
    "go_on_with_second_factor",
    "grant_role",
    "issue_slips",
    "move_node",
    "new_backup_codes",
    "remove_second_factor",
    "rename_node",
    "reset_second_factor",
    "set_active",
    "set_password",
    "unlock_user",
    "verify_second_factor",
]
