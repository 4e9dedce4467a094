"""The icons of the sprite, by the names of Tabler icons (outline); `linghang.ui.assets` copies exactly these.

Adding one: put its name into `icons.txt`, then run `python -m linghang.ui.assets`.
"""

from pathlib import Path

ICONS = frozenset((Path(__file__).parent / "icons.txt").read_text("utf-8").split())


def known_icon(name: str) -> str:
    """The name itself, or `LookupError` when the sprite has no such icon."""
    if name and name not in ICONS:
        raise LookupError(f"unknown icon {name!r}: add it to linghang/ui/icons.txt")
    return name
