"""One function of the product does nothing: here, and in processes that are started meanwhile (`sitecustomize`)."""

import importlib
import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

VARIABLE = "SABOTAGED"
SITE = Path(__file__).with_name("site")


def nothing(*_given: Any, **_named: Any) -> None:
    """What a sabotaged operation does."""


def target(path: str) -> Callable[..., Any]:
    """The function of that dotted path; AttributeError or ImportError when it is gone."""
    module, _, name = path.rpartition(".")
    found: Callable[..., Any] = inspect.unwrap(getattr(importlib.import_module(module), name))
    return found


@contextmanager
def sabotaged(path: str) -> Iterator[None]:
    """Until the end of the block the function's body is empty, wherever it is held: in modules and in registries."""
    true: Any = target(path)
    code, before = true.__code__, {name: os.environ.get(name) for name in (VARIABLE, "PYTHONPATH")}
    os.environ[VARIABLE] = path
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(SITE), before["PYTHONPATH"]]))
    true.__code__ = nothing.__code__
    try:
        yield
    finally:
        true.__code__ = code
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)
