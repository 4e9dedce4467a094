"""Since when something is without: derived from the dates of links and lives, never stored."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from linghang.apps.org.data.links import AREA_ENDS, Blank
from linghang.apps.org.data.posts import PARTY_MEMBERS
from linghang.apps.org.models import Area, Link, Organisation, Person, RosterSpan
from linghang.apps.org.packs import pack_in_force
from linghang.engine.packs.link_model import PEOPLE, Coverage, Through
from linghang.ui.web.kept_objects import kept_objects
from linghang.ui.web.scope import system_scope

DAY = timedelta(days=1)
Days = tuple[date, date | None]


@dataclass(frozen=True)
class Uncovered:
    """What a coverage misses: for each key (of the person, area or organisation) the day on which the row began."""

    said: Coverage
    born: Mapping[int, date]


def blank_since(said: Coverage, rows: Sequence[Any], *, on: date) -> dict[int, date]:
    """For each uncovered row the first day of the blank that goes on today, by its key."""
    since = blanks_since([Uncovered(said, {subject_of(row): _born(row) for row in rows})], on=on)[0]
    return {row.pk: since[subject_of(row)] for row in rows}


def blanks_since(missed: Sequence[Uncovered], *, on: date) -> list[dict[int, date]]:
    """The same for several coverages, by the key of the person, area or organisation; asked once for all of them."""
    days = _covering(missed)
    return [
        {key: _since(covered.get(key, ()), born, on) for key, born in each.born.items()}
        for each, covered in zip(missed, days, strict=True)
    ]


def blanks_of(said: Coverage, row: Area | Organisation, *, on: date) -> list[Blank]:
    """Every blank of one area or organisation up to the day, the newest first."""
    days = _covering([Uncovered(said, {row.pk: _born(row)})])[0]
    covered = sorted(days.get(row.pk, ()), key=lambda days: days[0])
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


def subject_of(row: Any) -> int:
    """The key of the person, area or organisation that a row of a coverage is about."""
    return int(row.person_id if isinstance(row, RosterSpan) else row.pk)


def _covering(missed: Sequence[Uncovered]) -> list[Mapping[int, list[Days]]]:
    """For each coverage the days on which its rows were covered, by the key of the area, organisation or person."""
    with system_scope(reason="who covered a visible row may stand outside the viewer's organisations"):
        links = _links_of([each for each in missed if each.said.through is not Through.MEMBERSHIP])
        spans = _spans_of({row.left_person_id for row in links if row.left_person_id is not None})
        return [
            _membership_days(list(each.born))
            if each.said.through is Through.MEMBERSHIP
            else _link_days(each, links, spans)
            for each in missed
        ]


def _membership_days(keys: list[int]) -> Mapping[int, list[Days]]:
    found: dict[int, list[Days]] = defaultdict(list)
    here = Q(unit__in=keys) | Q(branch__in=keys)
    rows = RosterSpan.objects.filter(here, standing__in=sorted(PARTY_MEMBERS))
    for unit, branch, since, until in rows.values_list("unit_id", "branch_id", "valid_from", "valid_to"):
        for key in {unit, branch}.intersection(keys):
            found[key].append((since, until))
    return found


def _ends_of(said: Coverage) -> tuple[str, ...]:
    """Where the rows of a coverage stand in a link."""
    if said.of in PEOPLE:
        return ("left_person_id",)
    return ("right_area_id",) if said.of in AREA_ENDS else ("left_organisation_id", "right_organisation_id")


def _links_of(missed: Sequence[Uncovered]) -> list[Link]:
    """Every link, of whatever day, that ever covered one of these rows."""
    asked = [(each.said.by, end, tuple(each.born)) for each in missed for end in _ends_of(each.said) if each.born]
    if not asked:
        return []
    shape = tuple((kinds, end, len(keys)) for kinds, end, keys in asked)
    return kept_objects(_ever, shape, given=tuple(key for _kinds, _end, keys in asked for key in keys), one_plan=True)


def _ever(asked: tuple[tuple[tuple[str, ...], str, int], ...], keys: Sequence[int]) -> QuerySet[Link]:
    """`asked` says of which kinds, at which end, and how many of the keys, in their order."""
    those, at = Q(pk__in=[]), 0
    for kinds, end, number in asked:
        those |= Q(kind__in=kinds, **{f"{end}__in": keys[at : at + number]})
        at += number
    return Link.objects.filter(those)


def _link_days(
    missed: Uncovered, links: Sequence[Link], spans: Mapping[int, list[RosterSpan]]
) -> Mapping[int, list[Days]]:
    """Days of links, cut to those on which the person at the left was who and where he had to be."""
    found: dict[int, list[Days]] = defaultdict(list)
    members = _of_members(missed.said)
    for row in links:
        if row.kind in missed.said.by:
            for key in {getattr(row, end) for end in _ends_of(missed.said)}.intersection(missed.born):
                found[key] += _days_of(row, spans, members=members)
    return found


def _spans_of(people: set[int]) -> Mapping[int, list[RosterSpan]]:
    found: dict[int, list[RosterSpan]] = defaultdict(list)
    for row in RosterSpan.objects.filter(person__in=people) if people else ():
        found[row.person_id].append(row)
    return found


def _days_of(row: Link, spans: Mapping[int, list[RosterSpan]], *, members: bool) -> list[Days]:
    if row.left_person_id is None:
        return [(row.valid_from, row.valid_to)]
    tied = row.right_area_id is not None or row.node_id == row.left_node_id
    those = [span for span in spans[row.left_person_id] if not members or span.standing in PARTY_MEMBERS]
    held = [span for span in those if not tied or span.node_id == row.left_node_id]
    both = [(max(row.valid_from, span.valid_from), _earlier(row.valid_to, span.valid_to)) for span in held]
    return [(since, until) for since, until in both if until is None or since <= until]


def _of_members(said: Coverage) -> bool:
    kinds = pack_in_force(on=date.max).links
    return all(kinds[name].left == ("member",) for name in said.by if name in kinds)


def _earlier(first: date | None, second: date | None) -> date | None:
    """The earlier of two last days; None goes on."""
    return min((day for day in (first, second) if day is not None), default=None)
