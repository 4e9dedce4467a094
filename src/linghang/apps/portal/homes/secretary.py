"""工作台 of a branch: the month's sheet, what waits for confirmation, what others have, the last meeting, the star."""

from dataclasses import dataclass

from linghang.apps.access.queries import scope_on_address
from linghang.apps.appraisal.data.expected import ExpectedLine
from linghang.apps.appraisal.queries.expected import expected_of
from linghang.apps.ledger.queries.pages_month import BranchMonth, branch_month
from linghang.apps.loops.data import DECLARATION, CaseLine
from linghang.apps.loops.queries import Waiting, waiting
from linghang.apps.notify.data import UNREAD, NoticeData
from linghang.apps.notify.queries import latest_unread
from linghang.engine.periods import Month
from linghang.ui.web.once import once
from linghang.ui.web.request import Request
from linghang.ui.web.scope import use_scope

SHOWN = 5


@dataclass(frozen=True)
class SecretaryHome:
    """What stands below the to-dos. `confirm`: declarations of members; `others`: what was sent up or handed on."""

    month: BranchMonth | None
    confirm: tuple[CaseLine, ...]
    others: tuple[CaseLine, ...]
    others_total: int
    stars: tuple[ExpectedLine, ...]
    messages: tuple[NoticeData, ...]


def secretary_home(request: Request) -> SecretaryHome:
    found, month = waiting_of(request), _month(request)
    return SecretaryHome(
        month=month,
        confirm=tuple(line for line in found.mine if line.kind == DECLARATION),
        others=found.others[:SHOWN],
        others_total=len(found.others),
        stars=_stars(request, month),
        messages=messages_of(request),
    )


def waiting_of(request: Request) -> Waiting:
    """What waits for the viewer and what he waits for; the to-dos have asked it already."""
    scope = scope_on_address(request.viewer, "loops:list", on=request.today)
    if scope is None:
        return Waiting((), ())

    def ask() -> Waiting:
        with use_scope(scope):
            return waiting(request.viewer, today=request.today)

    return once(request, "loops.waiting", ask)


def messages_of(request: Request) -> tuple[NoticeData, ...]:
    """The newest unread messages."""
    if request.viewer.uuid is None:
        return ()
    found = latest_unread(user=request.viewer.uuid, most=SHOWN + 1)
    if len(found) <= SHOWN:  # the bell need not count again
        once(request, UNREAD, lambda: len(found))
    return tuple(found[:SHOWN])


def _month(request: Request) -> BranchMonth | None:
    scope = scope_on_address(request.viewer, "ledger:record", on=request.today)
    if scope is None:
        return None
    with use_scope(scope):
        return branch_month(None, on=request.today)


def _stars(request: Request, month: BranchMonth | None) -> tuple[ExpectedLine, ...]:
    scope = scope_on_address(request.viewer, "appraisal:branch-expected", on=request.today)
    if scope is None or month is None:
        return ()
    with use_scope(scope):
        return expected_of(month.organisation, month=Month.of(request.today))
