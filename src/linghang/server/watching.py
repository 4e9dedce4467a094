"""Noticing a PostgreSQL that lives and will never answer again.

PostgreSQL 18 gets there when one of its I/O workers is killed during a recovery: the postmaster starts over, its
startup process is gone, and it refuses every connection for ever. A long recovery looks the same to clients, but has a
startup process, which is left in peace.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

LOOK_SECONDS = 2.0
STUCK_SECONDS = 10.0


@dataclass
class Watch:
    """Looks every other second, since a look starts a program; believes only what it has seen for a while."""

    refuses_idly: Callable[[], bool]
    next_look: float = field(default=0.0, init=False)
    since: float | None = field(default=None, init=False)

    def stuck(self) -> bool:
        """Whether it has been refusing, with nobody who recovers it, for ten seconds; then it begins to look anew."""
        now = time.monotonic()
        if now < self.next_look:
            return False
        self.next_look = now + LOOK_SECONDS
        if not self.refuses_idly():
            self.since = None
            return False
        self.since = self.since or now
        if now - self.since < STUCK_SECONDS:
            return False
        self.since = None
        return True
