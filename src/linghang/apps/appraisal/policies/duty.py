"""Until when a monthly sheet is to be sent, and where it stands."""

from datetime import date

from linghang.apps.appraisal.data.duty import WORKING_DAYS, SheetState, Verdict
from linghang.engine.periods import Month
from linghang.engine.workdays import Deadline
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.workdays import CALENDAR

SENDERS = ("secretary", "organiser")
AUDITORS = ("officer",)


def due_of(month: Month) -> Deadline:
    """The last day to send the sheet of a month: so many working days from the day after the month."""
    return CALENDAR.add_workdays(month.last, WORKING_DAYS)


def days_left(due: date, today: date) -> int:
    """Working days left with the last day included; negative once it has passed."""
    if today <= due:
        return CALENDAR.workdays_between(today, due).days
    return -max(1, CALENDAR.workdays_between(due, today).days)


def state_of(verdict: str | None, *, sent: bool, due: date, today: date) -> SheetState:
    """From the latest version: what was said of it, else that it was sent, else whether its day has passed."""
    if verdict:
        return SheetState.PASSED if verdict == Verdict.PASSED else SheetState.RETURNED
    if sent:
        return SheetState.SENT
    return SheetState.LATE if today > due else SheetState.OPEN


def may_send(viewer: Viewer, path: str) -> bool:
    """Whether somebody sends the sheet of the branch at this very place."""
    return any(grant.role in SENDERS and grant.path == path for grant in viewer.grants)


def may_audit(viewer: Viewer, path: str) -> bool:
    """Whether somebody above the branch judges its sheet."""
    return any(g.role in AUDITORS and g.path and path.startswith(g.path) for g in viewer.grants)
