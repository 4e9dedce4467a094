"""A unit in which people, organisations and areas can be linked, and a counter whose records tests write down."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from linghang.apps.access.tests.world import LONG_AGO, NOW
from linghang.apps.org.data.links import CountAsk
from linghang.apps.org.operations import NewLink, link, open_area
from linghang.apps.org.operations.careers import appoint, change_standing, join
from linghang.apps.org.operations.people import add_person
from linghang.apps.org.tests.world import Place, make_organisation
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM


def at(day: date) -> datetime:
    """An hour of a day, for operations that ask for the moment."""
    return datetime(day.year, day.month, day.day, 2, tzinfo=NOW.tzinfo)


def make_person(
    name: str, place: Place, *, unit: Place | None = None, since: date = LONG_AGO, status: str = "full_member"
) -> UUID:
    """Somebody with his 组织关系 at a branch, and his work in a unit if one is given."""
    moment = at(since)
    with system_scope(reason="test"):
        person = add_person(name=name, organisation=place.uuid, actor=SYSTEM)
        change_standing(person=person, status=status, valid_from=since, actor=SYSTEM, now=moment)
        join(person=person, organisation=place.uuid, kind="party", valid_from=since, actor=SYSTEM, now=moment)
        if unit is not None:
            join(person=person, organisation=unit.uuid, kind="work", valid_from=since, actor=SYSTEM, now=moment)
    return person


def make_area(kind: str, name: str, place: Place, *, since: date = LONG_AGO) -> UUID:
    with system_scope(reason="test"):
        return open_area(kind=kind, name=name, organisation=place.uuid, valid_from=since, actor=SYSTEM)


def make_link(kind: str, left: UUID, right: UUID, *, since: date = LONG_AGO, note: str = "试用") -> UUID:
    with system_scope(reason="test"):
        return link(new=NewLink(kind, left, right, since, note=note), actor=SYSTEM)


def give_title(person: UUID, place: Place, title: str, *, since: date = LONG_AGO) -> None:
    with system_scope(reason="test"):
        appoint(person=person, organisation=place.uuid, title=title, valid_from=since, actor=SYSTEM, now=at(since))


@dataclass
class Records:
    """Stands in for the room above that keeps records: (kind, subject, place, day)."""

    rows: list[tuple[str, UUID, UUID | None, date]] = field(default_factory=list)
    calls: int = 0

    def record(self, kind: str, subject: UUID, place: UUID | None, *days: date) -> None:
        self.rows += [(kind, subject, place, day) for day in days]

    def __call__(self, asks: Sequence[CountAsk]) -> dict[UUID, int]:
        self.calls += 1
        return {ask.key: self._number(ask) for ask in asks}

    def _number(self, ask: CountAsk) -> int:
        days = [day for row in self._rows(ask) for day in [row[3]]]
        return len(set(days)) if ask.distinct == "day" else len(days)

    def _rows(self, ask: CountAsk) -> Iterable[tuple[str, UUID, UUID | None, date]]:
        for row in self.rows:
            same = row[0] == ask.kind and row[1] == ask.left and ask.right in (None, row[2])
            if same and ask.since <= row[3] <= ask.until:
                yield row


def mine() -> dict[str, Place]:
    """A mine: a committee, three branches, departments and a workshop with a team, a project, a study group."""
    top = make_organisation("party_committee", "北山矿业党委", code="BS")
    unit = make_organisation("unit", "北山矿业公司", top, code="U")
    workshop = make_organisation("workshop", "采掘区队", unit, code="W")
    branches = {f"branch{n}": make_organisation("branch", f"第{n}党支部", top, code=f"B{n}") for n in (1, 2, 3)}
    return branches | {
        "top": top,
        "unit": unit,
        "workshop": workshop,
        "team": make_organisation("team", "采掘一班", workshop, code="T1"),
        "office": make_organisation("department", "安全科", unit, code="D1"),
        "project": make_organisation("project", "北坡勘探项目部", unit, code="P1"),
        "group": make_organisation("study_group", "青年理论学习小组", branches["branch1"], code="Y1"),
    }


def days_after(day: date, number: int) -> date:
    return day + timedelta(days=number)
