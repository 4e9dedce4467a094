"""催办 → 督办 → 挂牌督办: once a day every overdue case is brought to the level at which it stands."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.access.queries import holders
from linghang.apps.loops.calendar import CALENDAR
from linghang.apps.loops.data import LEVELS
from linghang.apps.loops.models import Case, Transition
from linghang.apps.loops.operations.steps import (
    SYSTEM_HAT,
    in_the_language_of_the_house,
    locked,
    named,
    tell,
    turn_of,
    write_step,
)
from linghang.apps.loops.policies import Matter, level_at
from linghang.apps.loops.reading import matter_of
from linghang.engine.packs.loop_model import Level
from linghang.ui.web.clock import day_of
from linghang.ui.web.writing import SYSTEM, writing

ABOVE = {Level.SUPERVISE: ("officer",), Level.LISTED: ("officer", "leader")}


def escalate_due(*, now: datetime) -> int:
    """Write down the level of every overdue case that reached a higher one, and tell who has to know; returns how many.

    Each case is its own transaction, and a level is written once: the job may run as often as it likes. Pages derive
    the level from the day, so that nothing depends on when it last ran. Needs a scope that reaches everything.
    """
    today = day_of(now)
    overdue = Case.objects.filter(ends="", due_on__lt=today).exclude(level=Level.LISTED).order_by("pk")
    return sum(_escalate(uuid, now) for uuid in overdue.values_list("uuid", flat=True).iterator())


def _escalate(case: UUID, now: datetime) -> bool:
    with writing(SYSTEM, "escalate_case"):
        row = locked(case)
        if row.ends or row.due_on is None:
            return False
        matter, today = matter_of(row), day_of(now)
        level = level_at(matter.kind.escalation, CALENDAR.workdays_between(row.due_on, today).days)
        order = ["", *Level]
        if order.index(level) <= order.index(row.level):
            return False
        row.level = level
        taken = write_step(
            row,
            step=level,
            state_from=row.state,
            actor=SYSTEM,
            acting_as=SYSTEM_HAT,
            now=now,
            due_before=row.due_on,
        )
        row.save(update_fields=["level", "steps"])
        _tell(row, matter, Level(level), taken, now)
        return True


def _tell(row: Case, matter: Matter, level: Level, taken: Transition, now: datetime) -> None:
    with in_the_language_of_the_house():
        words = _("%(level)s：%(case)s已超过期限。") % {"level": LEVELS[level], "case": named(row, matter)}
    users = set(turn_of(row, matter, now)) if row.waits_for else set()
    above = holders(roles=ABOVE.get(level, ()), on=day_of(now), above=matter.path)
    readers = set(matter.kind.readers)
    users |= {one.uuid for one in above if one.role in readers and one.path != matter.path}
    tell(users, words, row, now, key=f"{row.uuid}:{taken.seq}", due=day_of(now))
