"""Since when something is without: derived from the dates of links and lives, never stored."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from linghang.apps.org.data.links import AREA_ENDS, Blank
from linghang.apps.org.data.posts import PARTY_MEMBERS
from linghang.apps.org.models import Area, Link, Organisation, Person, RosterSpan
from linghang.apps.org.packs import pack_in_force
from linghang.engine.packs.link_model import PEOPLE, Coverage, Through
from linghang.ui.web.scope import system_scope

DAY = timedelta(days=1)
Days = tuple[date, date | None]


def blank_since(said: Coverage, rows: Sequence[Any], *, on: date) -> dict[int, date]:
    """For each uncovered row the first day of the blank that goes on today, by its key; one statement for all."""
    days = _covering(said, rows)
    return {row.pk: _since(days.get(_key(row), ()), _born(row), on) for row in rows}


def blanks_of(said: Coverage, row: Area | Organisation, *, on: date) -> list[Blank]:
    """Every blank of one area or organisation up to the day, the newest first."""
    covered = sorted(_covering(said, [row]).get(row.pk, ()), key=lambda days: days[0])
    found, cursor = [], _born(row)
    last = min(_died(row) or on, on)
    for since, until in covered:
        if since > cursor and cursor <= last:
            found.append(_blank(cursor, min(since, last + DAY)))
        if until is None:
            return found[::-1]
        cursor = max(cursor, until + DAY)
    if cursor <= last:
        found.append(Blank(cursor, None, (last - cursor).days + 1))
    return found[::-1]


def _blank(since: date, covered: date) -> Blank:
    """From `since` until the day before it was covered again."""
    return Blank(since, covered - DAY, (covered - since).days)


def _since(days: Iterable[Days], born: date, on: date) -> date:
    """The day after the last covered one before `on`, not before the row existed."""
    ends = [until for since, until in days if since <= on and until is not None and until < on]
    return max([born, *(end + DAY for end in ends)])


def _born(row: Any) -> Any:
    """When a row began; a person's blank is counted from the day on which he came where he is, or took his post."""
    if isinstance(row, Organisation):
        return row.founded_on
    return vars(row)["held_since"] if isinstance(row, Person) else row.valid_from


def _died(row: Area | Organisation) -> date | None:
    return row.closed_on if isinstance(row, Organisation) else row.valid_to


def _key(row: Any) -> int:
    return int(row.person_id if isinstance(row, RosterSpan) else row.pk)


def _covering(said: Coverage, rows: Sequence[Any]) -> Mapping[int, list[Days]]:
    """The days on which each row was covered, by the key of the area, organisation or person."""
    keys = [_key(row) for row in rows]
    with system_scope(reason="who covered a visible row may stand outside the viewer's organisations"):
        if said.through is Through.MEMBERSHIP:
            return _membership_days(keys)
        if said.of in PEOPLE:
            return _link_days("left_person", said, keys)
        if said.of in AREA_ENDS:
            return _link_days("right_area", said, keys)
        found = defaultdict(list, _link_days("left_organisation", said, keys))
        for key, days in _link_days("right_organisation", said, keys).items():
            found[key] += days
        return found


def _membership_days(keys: list[int]) -> Mapping[int, list[Days]]:
    found: dict[int, list[Days]] = defaultdict(list)
    spans = RosterSpan.objects.filter(standing__in=sorted(PARTY_MEMBERS))
    for side in ("unit", "branch"):
        rows = spans.filter(**{f"{side}__in": keys}).values_list(f"{side}_id", "valid_from", "valid_to")
        for key, since, until in rows:
            found[key].append((since, until))
    return found


def _link_days(end: str, said: Coverage, keys: list[int]) -> dict[int, list[Days]]:
    """Days of links, cut to those on which the person at the left was who and where he had to be."""
    found: dict[int, list[Days]] = defaultdict(list)
    links = list(Link.objects.filter(kind__in=said.by, **{f"{end}__in": keys}))
    spans = _spans_of({row.left_person_id for row in links if row.left_person_id is not None}, said)
    for row in links:
        found[getattr(row, f"{end}_id")] += _days_of(row, spans)
    return found


def _spans_of(people: set[int], said: Coverage) -> Mapping[int, list[RosterSpan]]:
    found: dict[int, list[RosterSpan]] = defaultdict(list)
    rows = RosterSpan.objects.filter(person__in=people) if people else RosterSpan.objects.none()
    if _of_members(said):
        rows = rows.filter(standing__in=sorted(PARTY_MEMBERS))
    for row in rows:
        found[row.person_id].append(row)
    return found


def _days_of(row: Link, spans: Mapping[int, list[RosterSpan]]) -> list[Days]:
    if row.left_person_id is None:
        return [(row.valid_from, row.valid_to)]
    tied = row.right_area_id is not None or row.node_id == row.left_node_id
    held = [span for span in spans[row.left_person_id] if not tied or span.node_id == row.left_node_id]
    both = [(max(row.valid_from, span.valid_from), _earlier(row.valid_to, span.valid_to)) for span in held]
    return [(since, until) for since, until in both if until is None or since <= until]


def _of_members(said: Coverage) -> bool:
    kinds = pack_in_force(on=date.max).links
    return all(kinds[name].left == ("member",) for name in said.by if name in kinds)


def _earlier(first: date | None, second: date | None) -> date | None:
    """The earlier of two last days; None goes on."""
    return min((day for day in (first, second) if day is not None), default=None)
