"""Front page of an inspector: what is under supervision, what was written down late, whether the chain holds."""

from dataclasses import dataclass

from linghang.apps.access.queries import scope_on_address
from linghang.apps.ledger.queries.pages_late import LateFilter, late_count
from linghang.apps.loops.data import CaseLine
from linghang.apps.loops.queries import supervised
from linghang.engine.periods import Month
from linghang.ui.web.request import Request
from linghang.ui.web.scope import use_scope

WINDOW = 3  # months: what happened this month is hardly ever recorded late already


@dataclass(frozen=True)
class InspectorHome:
    """`late`: how many lines the list of late records has of what happened since the first day of `since`."""

    supervised: tuple[CaseLine, ...]
    late: int
    since: Month


def inspector_home(request: Request) -> InspectorHome:
    since = Month.of(request.today) + (1 - WINDOW)
    return InspectorHome(_supervised(request), _late(request, since), since)


def _supervised(request: Request) -> tuple[CaseLine, ...]:
    scope = scope_on_address(request.viewer, "loops:list", on=request.today)
    if scope is None:
        return ()
    with use_scope(scope):
        return tuple(supervised(today=request.today))


def _late(request: Request, since: Month) -> int:
    scope = scope_on_address(request.viewer, "ledger:late", on=request.today)
    if scope is None:
        return 0
    with use_scope(scope):
        return late_count(LateFilter(since.first, request.today))
