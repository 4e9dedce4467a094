"""Who may take which step (law 8), and how a case stands against its deadline. Plain values in, plain values out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from linghang.apps.loops.data import Standing
from linghang.engine.packs.loop_model import THREE, Ending, Escalation, LoopKind, LoopStep, Who
from linghang.engine.workdays import Deadline, WorkCalendar
from linghang.ui.web.viewer import Viewer

OFFICER, LEADER = "officer", "leader"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Matter:
    """What law 8 looks at: accounts of the people of one case, where it hangs, and the table that it goes by."""

    kind: LoopKind
    path: str
    reporter: UUID | None = None
    responsible: UUID | None = None
    tracker: UUID | None = None
    verifier: UUID | None = None
    doer: UUID | None = None
    subject: UUID | None = None

    def named(self, who: Who) -> UUID | None:
        """The account that was named for one of the three."""
        found: UUID | None = getattr(self, who.value)
        return found


def hats(matter: Matter, actor: Viewer) -> frozenset[Who]:
    """As what the actor may act in a case. Whoever did it, tracks it, or is its subject never wears the verifier's."""
    if actor.uuid is None:
        return frozenset()
    worn = {Who.REPORTER} if actor.uuid == matter.reporter else set()
    worn |= {who for who in THREE if _wears(matter, actor, who)}
    worn |= {Who.OFFICER} if _holds(actor, (OFFICER,), matter.path) else set()
    worn |= {Who.SUPERIOR} if _is_above(actor, matter.path) else set()
    return frozenset(worn - barred(matter, actor.uuid))


def barred(matter: Matter, person: UUID) -> set[Who]:
    """What somebody must not be in this case, whatever his posts: three different people, and never one's own."""
    own = person == matter.subject
    foreign = own and not _answers_himself(matter.kind)  # somebody else must see to what concerns him
    does = person in (matter.responsible, matter.doer) or foreign
    out: set[Who] = set()
    if person in (matter.responsible, matter.doer, matter.tracker) or own:
        out |= {Who.VERIFIER}
    if person in (matter.verifier, matter.responsible, matter.doer) or own:
        out |= {Who.TRACKER}
    if person in (matter.verifier, matter.tracker) or foreign:
        out |= {Who.RESPONSIBLE}
    if does or own:
        out |= {Who.SUPERIOR, Who.OFFICER}
    return out


def _answers_himself(kind: LoopKind) -> bool:
    return Who.REPORTER in kind.people.get(Who.RESPONSIBLE, ())


def _wears(matter: Matter, actor: Viewer, who: Who) -> bool:
    named = matter.named(who)
    if named is not None:
        return named == actor.uuid
    roles = matter.kind.people[who]
    return (Who.REPORTER in roles and actor.uuid == matter.reporter) or _holds(actor, roles, matter.path)


def _holds(actor: Viewer, roles: tuple[str, ...], path: str) -> bool:
    return any(grant.role in roles and grant.path and path.startswith(grant.path) for grant in actor.grants)


def _is_above(actor: Viewer, path: str) -> bool:
    """A post in an organisation above; at the top itself its leaders decide."""
    top = path.count("/") == 1
    return any(
        grant.path
        and path.startswith(grant.path)
        and ((grant.role in (OFFICER, LEADER) and grant.path != path) or (top and grant.role == LEADER))
        for grant in actor.grants
    )


def hat_for(step: LoopStep, worn: frozenset[Who]) -> Who | None:
    """The first of those who may take the step, as the pack orders them; None when it is not the actor's to take."""
    return next((who for who in step.who if who in worn), None)


def settles(kind: LoopKind, step: LoopStep) -> bool:
    """Whether the step closes the case as done."""
    return kind.states[step.to].ends is Ending.SETTLED


def collide(people: Mapping[Who, UUID | None]) -> tuple[Who, Who] | None:
    """Two of the three that are one person, if there are any."""
    for index, first in enumerate(THREE):
        for second in THREE[index + 1 :]:
            if people.get(first) is not None and people.get(first) == people.get(second):
                return first, second
    return None


# --- deadlines ------------------------------------------------------------------------------------------------------


def standing(
    *,
    due: date | None,
    words: str,
    provisional: bool,
    escalation: tuple[Escalation, ...],
    today: date,
    calendar: WorkCalendar,
) -> Standing:
    """Working days left up to and with the deadline's day, negative once it has passed; and the level it stands at."""
    if due is None:
        return Standing(None, words, None, False)
    if today <= due:
        count = calendar.workdays_between(today, due)
        return Standing(due, words, count.days, provisional or count.provisional)
    late = calendar.workdays_between(due, today)
    over = max(late.days, 1)  # a weekend past the deadline is late, too
    return Standing(due, words, -over, provisional or late.provisional, level_at(escalation, late.days))


def level_at(escalation: tuple[Escalation, ...], late: int) -> str:
    """催办, 督办 or 挂牌督办 after so many working days past the deadline; "" before the first."""
    reached = [one.level.value for one in escalation if late >= one.after]
    return reached[-1] if reached else ""


def shifted(due: date, days: int, calendar: WorkCalendar) -> Deadline:
    """A deadline so many working days later; with 0 the day stays."""
    return calendar.add_workdays(due, days) if days else Deadline(due, "")


def spent(opened: date, until: date, paused: int, calendar: WorkCalendar) -> int:
    """累计用时: working days after the opening, without those of pauses."""
    return max(0, calendar.workdays_between(opened, until).days - paused)


def as_instant(day: date) -> datetime:
    """The end of a deadline's day."""
    return Deadline(day, "").ends_at
