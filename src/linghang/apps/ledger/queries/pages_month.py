"""本月工作单: what the norms ask of one branch in the month and the quarter of a day, and its last meeting."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, takewhile
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.ledger.data.norms import DONE, MISSING, NONE, OPEN, Period
from linghang.apps.ledger.data.occasions import ATTENDANCE, MEETING, PRESENCE
from linghang.apps.ledger.data.subjects import BRANCH, GROUP, type_of_organisation
from linghang.apps.ledger.queries.pages_norms import FULL, no_committee, occasion_of, organisation_norms, periods_of
from linghang.apps.ledger.queries.pages_words import kinds_on, said
from linghang.apps.org.data import KINDS, OrganisationLine
from linghang.apps.org.queries import counts_by_standing, elects_no_committee, organisations
from linghang.engine.packs.model import CadenceNorm
from linghang.engine.periods import Span

PARTLY = "partly"
HERE, LATER, AWAY = ("present", "late"), "made-up", "absent"
COUNTS = """
    SELECT s.uuid, f.kind, f.attributes ->> %(meeting)s, date_trunc('month', f.occurred_on)::date, count(*),
        max(f.occurred_on)
    FROM ledger_subject s JOIN ledger_fact f ON f.subject_id = s.id JOIN ledger_standingfact t ON t.fact_id = f.id
    WHERE s.uuid = ANY(%(uuids)s) AND f.kind = ANY(%(kinds)s) AND f.occurred_on BETWEEN %(since)s AND %(until)s
    GROUP BY 1, 2, 3, 4
"""
LAST = """
    SELECT e.uuid, f.kind, f.attributes ->> %(meeting)s, f.occurred_on,
        (SELECT jsonb_object_agg(presence, n) FROM (
            SELECT a.attributes ->> %(presence)s AS presence, count(*) AS n
            FROM ledger_fact a JOIN ledger_standingfact st ON st.fact_id = a.id
            WHERE a.event_id = e.id AND a.kind = ANY(%(attendance)s) GROUP BY 1) each)
    FROM ledger_subject s JOIN ledger_fact f ON f.subject_id = s.id JOIN ledger_standingfact t ON t.fact_id = f.id
    JOIN ledger_event e ON e.id = f.event_id
    WHERE s.uuid = %(uuid)s AND f.kind = ANY(%(kinds)s) AND f.occurred_on <= %(on)s
    ORDER BY f.occurred_on DESC, f.id DESC LIMIT 1
"""


@dataclass(frozen=True)
class StripItem:
    """One norm in its period: how many of how many, when last; `url` opens the records, `act` records one.

    `state` is done, partly, open (nothing yet, in time), missing (the period is over) or none (`why`).
    """

    title: str
    rule: str
    state: str
    recorded: int
    expected: int
    last: date | None = None
    why: str = ""
    url: str = ""
    act: str = ""


@dataclass(frozen=True)
class LastMeeting:
    """Attendance at the last meeting of the branch: called = there + made up + away."""

    event: UUID
    title: str
    day: date
    called: int
    there: int
    made_up: int
    away: int


@dataclass(frozen=True)
class BranchMonth:
    """The month of a day for one branch."""

    organisation: UUID
    name: str
    items: tuple[StripItem, ...]
    last: LastMeeting | None
    as_of: date


@dataclass(frozen=True)
class _Count:
    kind: str
    meeting: str
    month: date
    count: int
    last: date


def branch_month(organisation: UUID | None, *, on: date) -> BranchMonth | None:
    """The branch of the open scope (or the one named), None where there is none."""
    lines = organisations(on=on)
    branch = next((one for one in lines if _type(one) == BRANCH and organisation in (None, one.uuid)), None)
    if branch is None:
        return None
    items = _strips(lines, [branch], on)[branch.uuid]
    return BranchMonth(branch.uuid, branch.name, items, _last_meeting(branch.uuid, on), on)


def strips(branches: Collection[UUID], *, on: date) -> dict[UUID, tuple[StripItem, ...]]:
    """What the norms ask of many branches inside the open scope, in four statements; others are missing."""
    lines = organisations(on=on)
    return _strips(lines, [line for line in lines if line.uuid in branches and _type(line) == BRANCH], on)


def _type(line: OrganisationLine) -> str:
    return type_of_organisation(line.kind, KINDS[line.kind].family.value)


def _strips(
    lines: Sequence[OrganisationLine], branches: Sequence[OrganisationLine], on: date
) -> dict[UUID, tuple[StripItem, ...]]:
    packed = kinds_on(on)
    norms = [
        norm
        for norm in organisation_norms(on=on)
        if norm.per in (Span.MONTH, Span.QUARTER) and packed[norm.kind].subject in (BRANCH, GROUP)
    ]
    at = {line.uuid: n for n, line in enumerate(lines)}
    groups = {one.uuid: [line.uuid for line in _below(lines, at[one.uuid]) if _type(line) == GROUP] for one in branches}
    counts = _counts([uuid for branch, below in groups.items() for uuid in (branch, *below)], norms, on)
    found = {
        branch: tuple(_item(norm, branch, below, counts, on, small=False) for norm in norms)
        for branch, below in groups.items()
    }
    asked = [uuid for uuid, items in found.items() if _lacks_committee(norms, items)]
    full = counts_by_standing(asked, on=on) if asked else {}
    for branch in asked:
        small = elects_no_committee(full.get(branch, {}).get(FULL, 0))
        found[branch] = tuple(_item(norm, branch, groups[branch], counts, on, small=small) for norm in norms)
    return found


def _lacks_committee(norms: Sequence[CadenceNorm], items: Sequence[StripItem]) -> bool:
    return any(no_committee(norm) and item.state != DONE for norm, item in zip(norms, items, strict=True))


def _below(lines: Sequence[OrganisationLine], at: int) -> list[OrganisationLine]:
    """What stands below the one at a position of the list, which runs through the tree from the top down."""
    return list(takewhile(lambda line: line.depth > lines[at].depth, islice(lines, at + 1, None)))


def _counts(uuids: list[UUID], norms: Sequence[CadenceNorm], on: date) -> Mapping[UUID, list[_Count]]:
    quarter = periods_of(on.year, Span.QUARTER)[(on.month - 1) // 3]
    found: dict[UUID, list[_Count]] = defaultdict(list)
    asked: dict[str, Any] = {"uuids": uuids, "kinds": sorted({norm.kind for norm in norms}), "meeting": MEETING}
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {**asked, "since": quarter.since, "until": quarter.until})
        for uuid, kind, meeting, *numbers in cursor.fetchall():
            found[uuid].append(_Count(kind, meeting or "", *numbers))
    return found


def _item(
    norm: CadenceNorm,
    branch: UUID,
    groups: Sequence[UUID],
    counts: Mapping[UUID, list[_Count]],
    on: date,
    *,
    small: bool,
) -> StripItem:
    period = _period(norm, on)
    is_group = norm.kind.startswith("group")
    subjects = groups if is_group else [branch]
    each = [_within(norm, counts.get(uuid, []), period) for uuid in subjects]
    met = sum(1 for count, _day in each if count >= norm.at_least)
    recorded = met if is_group else sum(count for count, _day in each)
    expected = len(subjects) if is_group else norm.at_least
    why = _("没有党小组") if not subjects else _("正式党员不足7人，不设支委会") if small and no_committee(norm) else ""
    occasion = occasion_of(norm, kinds_on(on))
    state = NONE if why and not recorded else _state(recorded, expected, period, on)
    return StripItem(
        title=said(occasion.title if occasion else kinds_on(on)[norm.kind].title),
        rule=said(norm.title),
        state=state,
        recorded=recorded,
        expected=expected,
        last=max((day for _count, day in each if day), default=None),
        why=why,
        url=_records(norm, branch, period),
        act=_act(occasion.id if occasion else "", branch) if state not in (DONE, NONE) else "",
    )


def _period(norm: CadenceNorm, on: date) -> Period:
    step = 1 if norm.per is Span.MONTH else 3
    return periods_of(on.year, norm.per)[(on.month - 1) // step]


def _within(norm: CadenceNorm, rows: Sequence[_Count], period: Period) -> tuple[int, date | None]:
    wanted = norm.where.get(MEETING)
    own = [
        row
        for row in rows
        if row.kind == norm.kind and (not wanted or row.meeting in wanted) and period.since <= row.month <= period.until
    ]
    return sum(row.count for row in own), max((row.last for row in own), default=None)


def _state(recorded: int, expected: int, period: Period, on: date) -> str:
    if recorded >= expected:
        return DONE
    if period.until < on:
        return MISSING
    return PARTLY if recorded else OPEN


def _records(norm: CadenceNorm, branch: UUID, period: Period) -> str:
    asked = {"kind": norm.kind, "since": period.since.isoformat(), "until": period.until.isoformat()}
    if not norm.kind.startswith("group"):
        asked |= {"subject": str(branch)}
        asked |= {f"w-{name}": values[0] for name, values in norm.where.items() if len(values) == 1}
    return f"{reverse('ledger:list')}?{urlencode(asked)}"


def _act(occasion: str, branch: UUID) -> str:
    asked = {"what": occasion} if occasion.startswith("group") else {"what": occasion, "place": str(branch)}
    return f"{reverse('ledger:record')}?{urlencode(asked)}" if occasion else ""


def _last_meeting(branch: UUID, on: date) -> LastMeeting | None:
    kinds = kinds_on(on)
    hosts = [kind for kind in kinds if kind.endswith(".held") and kinds[kind].subject == BRANCH]
    attendance = [kind for kind in kinds if kind.endswith(ATTENDANCE) and PRESENCE in kinds[kind].attributes]
    asked: dict[str, Any] = {"uuid": branch, "kinds": hosts, "attendance": attendance, "on": on}
    with connection.cursor() as cursor:
        cursor.execute(LAST, {**asked, "meeting": MEETING, "presence": PRESENCE})
        row = cursor.fetchone()
    if row is None:
        return None
    event, kind, meeting, day, numbers = row
    there = _numbers(numbers)
    title = kinds[kind].attributes[MEETING].values[meeting] if meeting else kinds[kind].title
    came = sum(there.get(each, 0) for each in HERE)
    return LastMeeting(event, said(title), day, sum(there.values()), came, there.get(LATER, 0), there.get(AWAY, 0))


def _numbers(found: Mapping[str, int] | str | None) -> Mapping[str, int]:
    return json.loads(found) if isinstance(found, str) else found or {}


@dataclass(frozen=True)
class Unrecorded:
    """A meeting that every branch holds monthly: whether one branch has not recorded it yet, and where it does."""

    title: str
    act: str
    open: bool


def unrecorded(branches: Sequence[UUID], *, on: date) -> dict[UUID, list[Unrecorded]]:
    """What norms ask of every branch monthly without an exception, in the month of a day; one statement for all.

    The caller has found the branches inside his scope.
    """
    kinds = kinds_on(on)
    norms = [
        norm
        for norm in organisation_norms(on=on)
        if norm.per is Span.MONTH and not norm.soft and kinds[norm.kind].subject == BRANCH
    ]
    counts = _counts(list(branches), norms, on) if norms else {}
    period = periods_of(on.year, Span.MONTH)[on.month - 1]
    found: dict[UUID, list[Unrecorded]] = {}
    for norm in norms:
        occasion = occasion_of(norm, kinds)
        for branch in branches if occasion else ():
            is_open = _within(norm, counts.get(branch, []), period)[0] < norm.at_least
            act = f"{_act(occasion.id if occasion else '', branch)}&month={on:%Y-%m}"
            found.setdefault(branch, []).append(Unrecorded(said(kinds[norm.kind].title), act, is_open))
    return found
