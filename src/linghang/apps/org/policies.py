"""Which organisation may hang where."""

from linghang.apps.org.data import KINDS


def may_be_top(kind: str) -> bool:
    """Whether a type may be an independent top organisation."""
    return KINDS[kind].top


def may_hang_under(kind: str, parent_kind: str) -> bool:
    """Whether a type may stand directly below another; nothing stands below what is only beside the tree."""
    return parent_kind in KINDS[kind].under and not KINDS[parent_kind].beside
