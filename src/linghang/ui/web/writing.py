"""One transaction per operation, and a history that says who wrote."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import pghistory
from django.db import transaction

from linghang.ui.web.viewer import Viewer

_inside: ContextVar[bool] = ContextVar("linghang_writing", default=False)

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
    token = _inside.set(True)
    context = {"actor": str(actor.uuid or ""), "actor_name": actor.name, "action": action}
    try:
        with transaction.atomic(), pghistory.context(**context):
            yield
    finally:
        _inside.reset(token)
