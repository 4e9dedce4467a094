"""Norms of a pack against records: the year of one branch, and many organisations beside each other."""

import json
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.ledger.data.norms import (
    DONE,
    LATE,
    LATE_DAYS,
    MISSING,
    NONE,
    OPEN,
    Counted,
    NormCell,
    NormRow,
    Period,
    YearOfLife,
)
from linghang.apps.ledger.data.occasions import MEETING, Occasion, occasions
from linghang.apps.ledger.data.subjects import BRANCH, GROUP, MEMBER
from linghang.apps.ledger.queries.pages_people import COMMITTEE_MEETING
from linghang.apps.ledger.queries.pages_words import said
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries import elects_no_committee, members_on, organisation_card
from linghang.engine.packs.model import CadenceNorm, FactKind, Measure
from linghang.engine.periods import Span

MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}
FULL = "full_member"
COUNTS = """
    SELECT s.uuid, f.kind, f.attributes, date_trunc('month', f.occurred_on)::date, count(*),
           count(*) FILTER (WHERE (f.recorded_at AT TIME ZONE 'Asia/Shanghai')::date - f.occurred_on <= %s),
           max((f.recorded_at AT TIME ZONE 'Asia/Shanghai')::date - f.occurred_on)
    FROM ledger_subject s JOIN ledger_fact f ON f.subject_id = s.id
    JOIN ledger_standingfact t ON t.fact_id = f.id
    WHERE s.uuid = ANY(%s) AND f.kind = ANY(%s) AND f.occurred_on BETWEEN %s AND %s
    GROUP BY 1, 2, 3, 4
"""


def organisation_norms(*, on: date) -> list[CadenceNorm]:
    """The norms that organisations meet, not people."""
    pack = pack_in_force(on=on)
    return [
        norm
        for norm in pack.norms.values()
        if norm.measure is Measure.COUNT and norm.kind in pack.kinds and pack.kinds[norm.kind].subject != MEMBER
    ]


def periods_of(year: int, per: Span) -> list[Period]:
    """The months, quarters or the one year."""
    step = MONTHS[per]
    return [_period(year, first, step) for first in range(1, 13, step)]


def _period(year: int, first: int, step: int) -> Period:
    last = first + step - 1
    label = {1: _("%(n)s月") % {"n": first}, 3: _("%(n)s季度") % {"n": last // 3}, 12: _("全年")}[step]
    return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]), label, step)


def counted(
    organisations: Iterable[UUID], norms: Iterable[CadenceNorm], since: date, until: date
) -> dict[UUID, list[Counted]]:
    """Standing records by month of organisations that the caller has read inside his scope."""
    with connection.cursor() as cursor:
        kinds = sorted({norm.kind for norm in norms})
        cursor.execute(COUNTS, [LATE_DAYS, list(organisations), kinds, since, until])
        rows = cursor.fetchall()
    found: dict[UUID, list[Counted]] = defaultdict(list)
    for uuid, kind, attributes, month, *numbers in rows:
        known = attributes if isinstance(attributes, dict) else json.loads(attributes)  # Django leaves jsonb as text
        found[uuid].append(Counted(kind, known, month, *numbers))
    return found


def meets(norm: CadenceNorm, row: Counted) -> bool:
    """Whether records are of the kind that the norm asks for."""
    return row.kind == norm.kind and all(row.attributes.get(name) in values for name, values in norm.where.items())


def within(norm: CadenceNorm, rows: Sequence[Counted], period: Period) -> tuple[int, int]:
    """How often in a period, and how often of that without delay."""
    own = [row for row in rows if meets(norm, row) and period.since <= row.month <= period.until]
    return sum(row.count for row in own), sum(row.timely for row in own)


def year_of_life(organisation: UUID, year: int, *, on: date) -> YearOfLife | None:
    """The year of a branch inside the open scope; None for what is no branch."""
    card = organisation_card(organisation, on=on)
    pack = pack_in_force(on=on)
    norms = [norm for norm in organisation_norms(on=on) if pack.kinds[norm.kind].subject in (BRANCH, GROUP)]
    groups = [line.uuid for line in card.children if line.kind == "party_team" and _there(line.closed_on, year)]
    counts = counted([organisation, *groups], norms, date(year, 1, 1), date(year, 12, 31))
    years = _Years(organisation, groups, counts, on, _too_small(organisation, on))
    rows = []
    for norm in norms:
        is_group = pack.kinds[norm.kind].subject == GROUP
        cells = tuple(
            years.cell(norm, period, is_group, card.founded_on, card.line.closed_on)
            for period in periods_of(year, norm.per)
        )
        occasion = occasion_of(norm, pack.kinds)
        title = said(occasion.title if occasion else pack.kinds[norm.kind].title)
        rows.append(NormRow(norm.id, title, said(norm.title), norm.soft, norm.source, cells))
    return YearOfLife(organisation, card.line.name, year, tuple(rows), on)


def _there(closed_on: date | None, year: int) -> bool:
    return closed_on is None or closed_on.year >= year


def _too_small(organisation: UUID, on: date) -> bool:
    """Whether a branch is too small to have a committee."""
    members = members_on([organisation], on=on)[organisation]
    return elects_no_committee(sum(1 for row in members if row.standing == FULL)) if members else False


def no_committee(norm: CadenceNorm) -> bool:
    """Whether a norm is only for branches with a committee."""
    return COMMITTEE_MEETING in norm.where.get(MEETING, ())


class _Years:
    """What the cells of one branch's year are made from."""

    def __init__(
        self, organisation: UUID, groups: Sequence[UUID], counts: Mapping[UUID, list[Counted]], on: date, small: bool
    ) -> None:
        self.organisation, self.groups, self.counts, self.on, self.small = organisation, groups, counts, on, small

    def cell(
        self, norm: CadenceNorm, period: Period, is_group: bool, founded_on: date, closed_on: date | None
    ) -> NormCell:
        subjects = list(self.groups) if is_group else [self.organisation]
        each = [within(norm, self.counts.get(uuid, []), period) for uuid in subjects]
        met = sum(1 for count, _timely in each if count >= norm.at_least)
        recorded = met if is_group else sum(count for count, _timely in each)
        expected = len(subjects) if is_group else norm.at_least
        why = self._why_not(norm, period, subjects, founded_on, closed_on)
        timely = all(count >= norm.at_least for _count, count in each)
        state = NONE if why and not recorded else self._state(recorded >= expected, timely, period)
        return NormCell(period, state, recorded, expected, why, self._url(norm, period) if recorded else "")

    def _state(self, met: bool, timely: bool, period: Period) -> str:
        if met:
            return DONE if timely else LATE
        return MISSING if period.until < self.on else OPEN

    def _why_not(
        self, norm: CadenceNorm, period: Period, subjects: Sequence[UUID], founded_on: date, closed_on: date | None
    ) -> str:
        if period.until < founded_on:
            return _("当时还没有成立")
        if closed_on is not None and period.since > closed_on:
            return _("当时已经撤销")
        if not subjects:
            return _("没有党小组")
        if self.small and no_committee(norm):
            return _("正式党员不足7人，不设支委会")
        return ""

    def _url(self, norm: CadenceNorm, period: Period) -> str:
        asked = {"kind": norm.kind, "since": period.since.isoformat(), "until": period.until.isoformat()}
        return f"{reverse('ledger:list')}?{urlencode(asked | _subject(norm, self.organisation))}"


def _subject(norm: CadenceNorm, organisation: UUID) -> dict[str, str]:
    """Records of groups are found by the place, those of the branch by their subject and what the norm asks for."""
    if norm.kind.startswith("group"):
        return {}
    where = {f"w-{name}": values[0] for name, values in norm.where.items() if len(values) == 1}
    return {"subject": str(organisation), **where}


def occasion_of(norm: CadenceNorm, kinds: Mapping[str, FactKind]) -> Occasion | None:
    """What a keeper of records calls that which the norm asks for."""
    where = norm.where.get(MEETING)
    return next(
        (
            one
            for one in occasions(kinds).values()
            if one.absentees and one.host and one.host.id == norm.kind and (not where or one.id in where)
        ),
        None,
    )


def elapsed(norm: CadenceNorm, year: int, *, on: date) -> Iterator[Period]:
    """The periods of a year that are over."""
    return (period for period in periods_of(year, norm.per) if period.until < on)
