"""A case as one row of a list."""

from datetime import date

from linghang.apps.loops.data import ROLE_LABELS, CaseLine
from linghang.apps.loops.models import Case
from linghang.apps.loops.policies import standing
from linghang.apps.loops.versions import kind_of
from linghang.apps.loops.words import said
from linghang.engine.workdays import WorkCalendar


def line_of(row: Case, today: date, calendar: WorkCalendar) -> CaseLine:
    """One row, loaded with `SHOWN`; its level is derived from the day, whether or not the nightly job has run."""
    kind = kind_of(row.version.digest)
    return CaseLine(
        uuid=row.uuid,
        number=row.number,
        kind=row.kind,
        kind_label=said(kind.title),
        title=row.title,
        state_label=said(kind.states[row.state].title),
        ends=row.ends,
        place=row.node.label,
        waits=str(ROLE_LABELS[row.waits_for]) if row.waits_for else "",
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        standing=standing(
            due=row.due_on,
            words=row.due_words,
            provisional=row.provisional,
            escalation=kind.escalation,
            today=today,
            calendar=calendar,
        ),
        refused=row.refused,
        reopened=row.reopened,
        paused=row.paused_on is not None,
    )
