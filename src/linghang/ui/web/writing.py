"""One transaction per operation, and a history that says who wrote."""

from collections.abc import Iterator
from contextlib import contextmanager

import pghistory
from django.db import transaction

from linghang.ui.web.viewer import Viewer

SYSTEM = Viewer(name="系统")  # the supervisor and nightly jobs; a person's action always carries that person


@contextmanager
def writing(actor: Viewer, action: str) -> Iterator[None]:
    """All or nothing; history rows of changed tables carry the actor and `action` (a verb phrase for the reader)."""
    context = {"actor": str(actor.uuid or ""), "actor_name": actor.name, "action": action}
    with transaction.atomic(), pghistory.context(**context):
        yield
