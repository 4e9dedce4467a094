"""Pages of this room: signing in and out, one's own account, and the accounts that one looks after."""
