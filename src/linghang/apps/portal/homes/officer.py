"""工作台 of an officer: which branch stands where with the month, whom to remind, which measures hold."""

from dataclasses import dataclass

from linghang.apps.access.queries import scope_on_address
from linghang.apps.appraisal.data.packs import BindingLine
from linghang.apps.appraisal.queries.homes import SchemeMonth, scheme_months
from linghang.apps.appraisal.queries.packs import bindings_at
from linghang.apps.loops.queries import overdue_by_label
from linghang.apps.notify.data import NoticeData
from linghang.apps.portal.homes.secretary import messages_of
from linghang.engine.periods import Month
from linghang.ui.web.request import Request
from linghang.ui.web.scope import use_scope

SHOWN = 8


@dataclass(frozen=True)
class OfficerHome:
    """`months`: last month's books by scheme, that of most places first; `overdue`: place and number of cases."""

    months: tuple[SchemeMonth, ...]
    overdue: tuple[tuple[str, int], ...]
    packs: tuple[BindingLine, ...]
    messages: tuple[NoticeData, ...]


def officer_home(request: Request) -> OfficerHome:
    return OfficerHome(_months(request), _overdue(request), _packs(request), messages_of(request))


def _months(request: Request) -> tuple[SchemeMonth, ...]:
    scope = scope_on_address(request.viewer, "appraisal:books", on=request.today)
    if scope is None:
        return ()
    with use_scope(scope):
        found = scheme_months(Month.of(request.today) + -1)
    return tuple(sorted(found, key=lambda one: -one.total))


def _overdue(request: Request) -> tuple[tuple[str, int], ...]:
    scope = scope_on_address(request.viewer, "loops:list", on=request.today)
    if scope is None:
        return ()
    with use_scope(scope):
        return tuple(overdue_by_label(today=request.today, most=SHOWN))


def _packs(request: Request) -> tuple[BindingLine, ...]:
    """What holds at the places of the viewer, wherever above it was bound."""
    scope = scope_on_address(request.viewer, "appraisal:books", on=request.today)
    if scope is None:
        return ()
    with use_scope(scope):
        found = bindings_at((*scope.subtrees, *scope.nodes), month=Month.of(request.today))
    lines = {line.uuid: line for by_scheme in found.values() for line in by_scheme.values()}
    return tuple(lines.values())
