"""Asking once per request what several parts of one page want to know."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest

T = TypeVar("T")


def once(request: HttpRequest, name: str, make: Callable[[], T]) -> T:
    """What `make` gives, made at the first call of this request under this name."""
    kept: dict[str, T] = request.__dict__.setdefault("_made_once", {})
    if name not in kept:
        kept[name] = make()
    return kept[name]
