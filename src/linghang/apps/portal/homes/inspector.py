"""Front page of an inspector: what is under supervision, what was written down late, whether the chain holds."""

from dataclasses import dataclass

from linghang.apps.access.queries import scope_on_address
from linghang.apps.ledger.queries.pages_late import LateFilter, late_lines
from linghang.apps.loops.data import CaseLine
from linghang.apps.loops.queries import supervised
from linghang.engine.periods import Month
from linghang.ui.web.request import Request
from linghang.ui.web.scope import use_scope


@dataclass(frozen=True)
class InspectorHome:
    """`late`: how many lines the list of this month's late records has."""

    supervised: tuple[CaseLine, ...]
    late: int
    month: Month


def inspector_home(request: Request) -> InspectorHome:
    return InspectorHome(_supervised(request), _late(request), Month.of(request.today))


def _supervised(request: Request) -> tuple[CaseLine, ...]:
    scope = scope_on_address(request.viewer, "loops:list", on=request.today)
    if scope is None:
        return ()
    with use_scope(scope):
        return tuple(supervised(today=request.today))


def _late(request: Request) -> int:
    scope = scope_on_address(request.viewer, "ledger:late", on=request.today)
    if scope is None:
        return 0
    with use_scope(scope):
        return len(late_lines(LateFilter(Month.of(request.today).first, request.today)))
