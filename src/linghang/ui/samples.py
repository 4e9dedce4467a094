"""Invented values for the components page; they belong to no unit and are never stored."""

from typing import Any


def samples() -> dict[str, Any]:
    return {}
