"""The months of a demo unit as they went: recorded, closed, settled, shown, approved by two; what came late stays late.

Records and months are told in the order of their days, so that a record written down after a month was final is booked
later, as in life.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from linghang.apps.access.queries import find_node
from linghang.apps.appraisal.data.duty import Verdict
from linghang.apps.appraisal.data.months import BookLine, Step
from linghang.apps.appraisal.operations import duty, months
from linghang.apps.appraisal.queries.months import BookFilter, books_rows
from linghang.demo.content import Branch, Unit
from linghang.demo.crowd import Crowd
from linghang.demo.life import Happening
from linghang.demo.places import Places
from linghang.demo.records import MORNING, record_all
from linghang.engine.periods import Month, months_between
from linghang.ui.web.viewer import Viewer

SCHEMES = ("member-points", "branch-stars")
MANNER = "当面、电话，或在“我的积分”里对某一条提出异议"
CLOSING, SHOWING, DECIDING = 5, 6, 17  # days of the next month on which a month is closed, shown, decided

WHOLE_YEAR = ("QY",)  # its story needs the first quarter; the others have lived by the scheme since July

After = Callable[[Month], int]


@dataclass(frozen=True)
class Year:
    """A unit that lives through the months from `first` to the one before `today`."""

    unit: Unit
    places: Places
    crowd: Crowd
    first: Month
    today: date

    def officer(self, on: date) -> Viewer:
        return self.crowd.viewer(f"{self.unit.code.lower()}-officer", on)

    def secretary(self, branch: Branch, on: date) -> Viewer:
        return self.crowd.viewer(f"{self.unit.code.lower()}-shuji{branch.code.removeprefix(self.unit.code)}", on)

    def leader(self, on: date) -> Viewer:
        return self.crowd.viewer(f"{self.unit.code.lower()}-leader", on)


def first_month(unit: Unit) -> Month:
    """From which month on a unit lives by the scheme."""
    return Month(2026, 1 if unit.code in WHOLE_YEAR else 7)


def live_through(
    year: Year, found: Iterable[Happening], *, progress: Callable[[int], None], after: Mapping[Month, After]
) -> int:
    """Record everything, and take each month to its end in between; `after` tells what else happens once a month is
    over. Returns how many records were made."""
    known = sorted((one for one in found if one.known_on <= year.today), key=lambda one: (one.known_on, one.branch))
    made, begun = 0, date.min
    for month in months_between(year.first, Month.of(year.today) + (-1)):
        shut = (month + 1).first + timedelta(days=CLOSING - 1)
        if shut > year.today:
            break
        made += _record(year, known, begun, shut, progress)
        begun = shut
        _close_and_settle(year, month, shut)
        _decide(year, month)
        if month in after:
            made += after[month](month)
    return made + _record(year, known, begun, year.today + timedelta(days=1), progress)


def _record(year: Year, known: Sequence[Happening], since: date, until: date, progress: Callable[[int], None]) -> int:
    """What was written down from one day on and before another."""
    part = [one for one in known if since <= one.known_on < until]
    return record_all(part, year.places, year.crowd, until=year.today, progress=progress)


def _close_and_settle(year: Year, month: Month, on: date) -> None:
    """Every branch sends its sheet, but for the one that has not yet done so; then the unit is settled."""
    top, now, officer = year.places.nodes[year.unit.top.code], datetime.combine(on, MORNING), year.officer(on)
    months.open_books(month=month, node=top, now=now)
    for scheme in SCHEMES:
        if scheme == SCHEMES[0]:
            _send_sheets(year, month, on)
        else:
            months.step_below(step=Step.CLOSE, node=top, scheme=scheme, month=month, actor=officer, now=now)
        books = [line.uuid for line in _books(year, month, scheme) if line.closed_at]
        if books:
            months.settle_books(books=books, actor=officer, now=now)


def _send_sheets(year: Year, month: Month, on: date) -> None:
    """Which closes the branch's recording; those of the last month still wait for the officer's verdict."""
    now, waits = datetime.combine(on, MORNING), month + 1 == Month.of(year.today)
    for branch in [b for b in year.unit.branches if not _unclosed(year, b, month)]:
        place, actor = year.places.uuids[branch.code], year.secretary(branch, on)
        sheet = duty.send_sheet(place=place, month=month, note="", actor=actor, now=now)
        if not waits:
            duty.judge_sheet(sheet=sheet, verdict=Verdict.PASSED, remark="", actor=year.officer(on), now=now)


def _unclosed(year: Year, branch: Branch, month: Month) -> bool:
    """One branch has not closed the last month."""
    return branch.code == year.unit.irregular.get("unclosed") and month + 1 == Month.of(year.today)


def _books(year: Year, month: Month, scheme: str) -> list[BookLine]:
    return books_rows(BookFilter(month=month, scheme=scheme, path=_path(year)))


def _path(year: Year) -> str:
    return find_node(year.places.nodes[year.unit.top.code]).path


def _decide(year: Year, month: Month) -> None:
    """Checked, shown, approved by two and announced; of the last month every other branch is still being shown."""
    last = month + 1 == Month.of(year.today)
    nodes, top = [year.places.nodes[b.code] for b in year.unit.branches], year.places.nodes[year.unit.top.code]
    shown, decided = (date((month + 1).year, (month + 1).month, day) for day in (SHOWING, DECIDING))
    for scheme in SCHEMES:
        early, late = ([top], []) if scheme != SCHEMES[0] or not last else (nodes[::2], nodes[1::2])
        for node in early:
            _show(year, Asked(node, scheme, month), shown)
            _approve(year, Asked(node, scheme, month), decided)
        for node in late:
            _show(year, Asked(node, scheme, month), decided + timedelta(days=1))


@dataclass(frozen=True)
class Asked:
    """Books of a scheme and month at a place and below."""

    node: UUID
    scheme: str
    month: Month


def _show(year: Year, asked: Asked, on: date) -> None:
    now, officer = datetime.combine(on, MORNING), year.officer(on)
    months.step_below(step=Step.CHECK, **vars(asked), actor=officer, now=now)
    months.step_below(step=Step.PUBLISH, **vars(asked), manner=MANNER, actor=officer, now=now)


def _approve(year: Year, asked: Asked, on: date) -> None:
    """Two approve: of a branch its own secretary first, of the unit's own book somebody who leads it."""
    now = datetime.combine(on, MORNING)
    if asked.scheme == SCHEMES[0]:
        for branch in year.unit.branches:
            node = year.places.nodes[branch.code]
            if node == asked.node or asked.node == year.places.nodes[year.unit.top.code]:
                own, actor = replace(asked, node=node), year.secretary(branch, on)
                months.step_below(step=Step.APPROVE, **vars(own), actor=actor, now=now)
    else:
        months.step_below(step=Step.APPROVE, **vars(asked), actor=year.leader(on), now=now)
    months.step_below(step=Step.APPROVE, **vars(asked), actor=year.officer(on), now=now)
    months.step_below(step=Step.ANNOUNCE, **vars(asked), actor=year.officer(on), now=now)


def without(found: Iterable[Happening], person: str, since: date, until: date) -> Iterator[Happening]:
    """The happenings without what one person did or missed from one day to another: his story tells it."""
    for one in found:
        if since <= one.day <= until:
            kept = tuple(entry for entry in one.entries if entry.subject != person)
            if kept:
                yield replace(one, entries=kept)
        else:
            yield one
