"""Quotas of links on any past day: how many of how many, and the colour of the pack's alerts."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linghang.apps.org.data.counters import link_counters
from linghang.apps.org.data.links import COLOURS, CountAsk, Counted, LateLink
from linghang.apps.org.models import Link
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries.ends import left_line, right_line
from linghang.apps.org.queries.holding import holding, member_kinds
from linghang.engine.packs.link_model import Alert, Colour, LinkKind, Quota, Where
from linghang.engine.periods import Span
from linghang.ui.web.kept import kept_rows

_HEAVY = {Colour.YELLOW: 1, Colour.RED: 2}


def counted(links: Sequence[Link], *, on: date) -> Mapping[UUID, Counted]:
    """How every link with a quota stands, by its uuid; the counter is asked once for all of them."""
    kinds = pack_in_force(on=on).links
    asks = {row.uuid: ask for row in links if (ask := _ask(row, kinds.get(row.kind), on)) is not None}
    numbers = link_counters.count(list(asks.values()))
    return {
        row.uuid: _counted(row, kinds[row.kind], asks[row.uuid], numbers.get(row.uuid), on)
        for row in links
        if row.uuid in asks
    }


def period_of(quota: Quota, on: date) -> tuple[date, date]:
    """The days that count for a quota on a day, both included; the day itself is the last one."""
    if quota.within_months is not None:
        return _months_back(on, quota.within_months) + timedelta(days=1), on
    first = {Span.MONTH: on.month, Span.QUARTER: 3 * ((on.month - 1) // 3) + 1, Span.YEAR: 1}
    return date(on.year, first[quota.per or Span.YEAR], 1), on


def colour_of(kind: LinkKind, done: int, *, since: date, on: date) -> Colour:
    """The heaviest of the alerts that light up. A day that had passed before the link began does not count."""
    lit = [alert.colour for alert in kind.alerts if done < alert.at_least and _is_past(alert, since, on)]
    return max(lit, key=_HEAVY.__getitem__, default=Colour.GREEN)


def rule_of(kind: LinkKind) -> str:
    """The quota and its alerts in one sentence."""
    quota = kind.quota
    if quota is None:
        return ""
    parts = [_span_words(quota)]
    for alert in kind.alerts:
        colour = str(COLOURS[alert.colour])
        if alert.by:
            month, day = (int(part) for part in alert.by.split("-"))
            words = {"month": month, "day": day, "n": alert.at_least, "colour": colour}
            parts.append(_("过%(month)d月%(day)d日少于%(n)d次为%(colour)s") % words)
        else:
            parts.append(_("少于%(n)d次为%(colour)s") % {"n": alert.at_least, "colour": colour})
    if quota.distinct == "day":
        parts.append(_("同一天几次算一次"))
    return "；".join(parts)


def _span_words(quota: Quota) -> str:
    if quota.within_months is not None:
        words = {"months": quota.within_months, "n": quota.at_least}
        return _("最近%(months)d个月不少于%(n)d次") % words
    per = {Span.MONTH: _("每月"), Span.QUARTER: _("每季度"), Span.YEAR: _("每年")}[quota.per or Span.YEAR]
    return _("%(per)s不少于%(n)d次") % {"per": per, "n": quota.at_least}


def _ask(row: Link, kind: LinkKind | None, on: date) -> CountAsk | None:
    if kind is None or kind.quota is None:
        return None
    since, until = period_of(kind.quota, on)
    right = right_line(row).uuid if kind.quota.where is Where.RIGHT else None
    return CountAsk(row.uuid, kind.quota.counts, left_line(row).uuid, right, since, until, kind.quota.distinct)


def _counted(row: Link, kind: LinkKind, ask: CountAsk, done: int | None, on: date) -> Counted:
    colour = None if done is None else colour_of(kind, done, since=row.valid_from, on=on)
    wanted = kind.quota.at_least if kind.quota else 0
    return Counted(done, wanted, colour, ask.since, ask.until, rule_of(kind))


def _is_past(alert: Alert, since: date, on: date) -> bool:
    if not alert.by:
        return True
    month, day = (int(part) for part in alert.by.split("-"))
    deadline = date(on.year, month, min(day, monthrange(on.year, month)[1]))
    return since <= deadline < on


def _months_back(day: date, months: int) -> date:
    """The same day so many months earlier, or the last one of a shorter month."""
    index = day.year * 12 + day.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def late_links(kind: LinkKind, *, on: date, own: UUID | None = None, all_of_them: bool = False) -> list[LateLink]:
    """Links of a kind whose alerts light up on a day, the heaviest first; of one person alone with `own`.

    `all_of_them` gives the others, too, with how they stand.

    Reads names and ids, not whole rows: the front page asks this of every link of a committee.
    """
    if kind.quota is None:
        return []
    since, until = period_of(kind.quota, on)
    found = kept_rows(_ends_of_links, kind.id, on, member_kinds(on), given=(own,) if own else (), one_plan=True)
    asks, names = [], {}
    for uuid, first, *ends in found:
        left, right = _pair(ends[:4]), _pair(ends[4:])
        where = right[0] if kind.quota.where is Where.RIGHT else None
        asks.append(CountAsk(uuid, kind.quota.counts, left[0], where, since, until, kind.quota.distinct))
        names[uuid] = (left[1], right[1], first)
    numbers = link_counters.count(asks)
    late = [
        LateLink(left, right, f"{numbers[uuid]}/{kind.quota.at_least}", colour)
        for uuid, (left, right, first) in names.items()
        if uuid in numbers
        and ((colour := colour_of(kind, numbers[uuid], since=first, on=on)) is not Colour.GREEN or all_of_them)
    ]
    return sorted(late, key=lambda each: -_HEAVY.get(each.colour, 0))


def _ends_of_links(kind: str, on: date, _members: tuple[str, ...], own: Sequence[UUID]) -> QuerySet[Link, Any]:
    rows = holding(on, kind)
    for person in own:
        rows = rows.filter(left_person__uuid=person)
    return rows.order_by("pk").values_list("uuid", "valid_from", *_END_COLUMNS)


def _pair(values: Sequence[Any]) -> tuple[UUID, str]:
    """The one end of a side that is filled, among (uuid, name) of each sort."""
    pairs = list(zip(values[::2], values[1::2], strict=True))
    return next((uuid, name) for uuid, name in pairs if uuid is not None)


_END_COLUMNS = tuple(
    f"{end}__{column}"
    for end in ("left_person", "left_organisation", "right_person", "right_organisation", "right_area")
    for column in ("uuid", "name")
)
