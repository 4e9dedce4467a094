"""One row of the table of options (`options.py`)."""

from dataclasses import MISSING, Field, field
from typing import Any


def option(
    default: Any, meaning: str, *, secret: bool = False, choices: tuple[str, ...] = (), low: int = 0, high: int = 0
) -> Any:
    """One row of the table; `low` and `high` bound a number, both inclusive."""
    about = {"meaning": meaning, "secret": secret, "choices": choices, "bounds": (low, high)}
    if isinstance(default, list):
        return field(default_factory=lambda: list(default), metadata=about)
    return field(default=default, repr=not secret, metadata=about)


def default_of(row: "Field[Any]") -> Any:
    """The default of a row, whichever way the dataclass keeps it."""
    return row.default_factory() if row.default_factory is not MISSING else row.default
