"""One square of the table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from linghang.apps.access.models import User
from linghang.apps.org.tests.world import Place


@dataclass(frozen=True)
class Cell:
    """One square of the table: `name` is the column, `owner` whose object it is, `place` where he is."""

    name: str
    owner: User
    place: Place


Maker = Callable[[Cell], dict[str, Any] | None]
