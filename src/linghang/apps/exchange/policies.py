"""What may be done with an import in which state."""

from linghang.apps.exchange.data import ImportState

S = ImportState

TRANSITIONS: dict[ImportState, frozenset[ImportState]] = {
    S.READING: frozenset({S.MATCHING, S.REFUSED}),
    S.REFUSED: frozenset(),
    S.MATCHING: frozenset({S.CHECKING, S.MATCHING}),
    S.CHECKING: frozenset({S.CHECKED, S.MATCHING}),
    S.CHECKED: frozenset({S.CHECKING, S.MATCHING, S.WRITING}),
    S.WRITING: frozenset({S.DONE, S.CHECKED, S.FAILED}),
    S.DONE: frozenset({S.UNDOING}),
    S.UNDOING: frozenset({S.UNDONE, S.DONE, S.FAILED}),
    S.UNDONE: frozenset({S.UNDOING}),  # what was left standing may be taken back once nothing refers to it any more
    S.FAILED: frozenset({S.WRITING, S.UNDOING}),
}
# an import that has written nothing may be thrown away
DISCARDABLE = frozenset({S.READING, S.REFUSED, S.MATCHING, S.CHECKING, S.CHECKED})


def may_follow(before: ImportState, after: ImportState) -> bool:
    """Whether an import may go from one state to the other."""
    return after == before or after in TRANSITIONS[before]


def may_see(role: str, path: str, posts: frozenset[tuple[str, str]]) -> bool:
    """Whether somebody with these posts of today (role, path) holds the post of an import, at its place or above.

    Compared by the last step of each post's path, so that an organisation that was moved keeps its imports.
    """
    return any(held == role and _above(at, path) for held, at in posts)


def _above(at: str, path: str) -> bool:
    if not at:
        return True
    return f"/{at.rstrip('/').rpartition('/')[2]}/" in f"/{path}"
