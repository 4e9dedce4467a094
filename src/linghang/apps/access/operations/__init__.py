"""Writes of this room: accounts and posts, activation, the second factor, and the tree of places."""

from linghang.apps.access.operations.accounts import (
    create_first_administrator,
    create_user,
    end_role,
    grant_role,
    set_active,
    set_password,
    unlock_user,
    user_of,
)
from linghang.apps.access.operations.activation import activate_account, issue_slips
from linghang.apps.access.operations.demonstration import DemoAccount, add_demo_accounts
from linghang.apps.access.operations.forgetting import forget_traces
from linghang.apps.access.operations.posts import (
    NewPost,
    close_posts,
    open_posts,
    refuse_role_at,
    reopen_post,
    settle_homes,
)
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
    "DemoAccount",
    "NewPost",
    "activate_account",
    "add_demo_accounts",
    "begin_second_factor",
    "close_node",
    "close_posts",
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
    "open_posts",
    "refuse_role_at",
    "remove_second_factor",
    "rename_node",
    "reopen_post",
    "reset_second_factor",
    "set_active",
    "set_password",
    "settle_homes",
    "unlock_user",
    "user_of",
    "verify_second_factor",
]
