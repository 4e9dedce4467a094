"""Asking once per request what several parts of one page want to know."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.http import HttpRequest

T = TypeVar("T")


def once(request: HttpRequest, name: str, make: Callable[[], T]) -> T:
    """What `make` gives, made at the first call of this request under this name."""
    kept: dict[str, T] = request.__dict__.setdefault("_made_once", {})
    if name not in kept:
        kept[name] = make()
    return kept[name]


_memory: ContextVar[dict[Hashable, Any] | None] = ContextVar("linghang_memory", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Around a page that only reads: queries that say so ask the database once for the same thing."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def remembered(key: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives; the same as before where a page is `remembering` and has asked with this key already."""
    memory = _memory.get()
    if memory is None:
        return make()
    if key not in memory:
        memory[key] = make()
    found: T = memory[key]
    return found
