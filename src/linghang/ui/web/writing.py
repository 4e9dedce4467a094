"""One transaction per operation, and a history that says who wrote."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import pghistory
from django.db import transaction

from linghang.ui.web.planned import together
from linghang.ui.web.viewer import Viewer

_inside: ContextVar[bool] = ContextVar("linghang_writing", default=False)
_last: ContextVar[dict[str, Callable[[], None]] | None] = ContextVar("linghang_writing_last", default=None)

SYSTEM = Viewer(name="系统")  # the supervisor and nightly jobs; a person's action always carries that person


@contextmanager
def writing(actor: Viewer, action: str) -> Iterator[None]:
    """All or nothing; history rows of changed tables carry the actor and `action`, the name of the operation.

    An operation called by another one joins it: the history names what the person asked for.
    """
    if _inside.get():
        with transaction.atomic():
            yield
        return
    token, last = _inside.set(True), _last.set({})
    context = {"actor": str(actor.uuid or ""), "actor_name": actor.name, "action": action}
    try:
        with transaction.atomic(), pghistory.context(**context), together() as finish:
            yield
            for step in (_last.get() or {}).values():
                step()
            finish()
    finally:
        _last.reset(last)
        _inside.reset(token)


def at_the_end(name: str, step: Callable[[], None]) -> Callable[[], None]:
    """Run a step as the last thing of the outermost operation's transaction; a failure refuses the whole.

    For what has to hold a lock that everybody wants, for as short a time as can be. There is one step of a name:
    returns the one that was put down first.
    """
    steps = _last.get()
    if steps is None:
        raise RuntimeError("at_the_end belongs inside writing(...)")
    return steps.setdefault(name, step)
