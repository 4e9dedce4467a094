"""All coverages of a day side by side, in one statement: links that hold are read once, each sort of rows once.

Says of every coverage what `coverage()` says of it alone; the conditions are the same ones, put together differently.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from linghang.apps.org.data.links import Composition, CoverageLine, GapLine
from linghang.apps.org.models import Person, RosterSpan
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries.blanks import Uncovered, blanks_since, subject_of
from linghang.apps.org.queries.composition import branches_asked, incomplete_of
from linghang.apps.org.queries.coverage import FIRST_GAPS, coverage_line, gap_line
from linghang.apps.org.queries.covered import Asked, asked_of, model_of
from linghang.apps.org.queries.holding import holding_anywhere, in_words, member_kinds
from linghang.apps.org.queries.overview_rows import BORN, ByPlace, OneByOne, Rows
from linghang.engine.packs.link_model import Coverage, LinkKind, slots
from linghang.ui.web.errors import not_found
from linghang.ui.web.kept import Words, kept_rows
from linghang.ui.web.kept_objects import kept_objects
from linghang.ui.web.paging import PER_PAGE, Page
from linghang.ui.web.scope import current_scope, system_scope

ENDS = ("left_person", "left_organisation", "right_person", "right_organisation", "right_area")


@dataclass(frozen=True)
class Overview:
    """Every coverage of the pack by its id, in the pack's order; branches with all slots filled, of how many."""

    lines: dict[str, CoverageLine]
    full: int
    branches: int


@dataclass(frozen=True)
class _Counted:
    """`gaps`: the first ones, as (key of the row, the day on which it began)."""

    covered: int
    total: int
    gaps: tuple[tuple[int, date], ...]


@dataclass(frozen=True)
class _Said:
    """A coverage as far as the statement depends on it; the whole one holds words, which do not hash."""

    id: str
    of: str
    by: tuple[str, ...]
    through: str
    posts: tuple[str, ...]
    lefts: tuple[tuple[str, ...], ...]  # what each of the kinds joins at its left


SLOTS = ""  # stands among the coverages for the branches whose slots are all filled


def overview(*, on: date, gaps: int = FIRST_GAPS) -> Overview:
    """What stands where with every coverage on a day, inside the open scope."""
    coverages = pack_in_force(on=on).coverages
    counted = _counted(list(coverages.values()), on, gaps)
    first = _gap_lines(coverages, counted, on)
    lines = {
        id: coverage_line(said, on, counted[id].covered, counted[id].total, first.get(id, ()))
        for id, said in coverages.items()
    }
    return Overview(lines, counted[SLOTS].covered, counted[SLOTS].total)


@dataclass(frozen=True)
class Blanks:
    """The first gaps of some coverages, and the keys of the first branches with an empty slot; nothing is counted."""

    gaps: dict[str, tuple[GapLine, ...]]
    slots: tuple[int, ...]


def first_blanks(*, on: date, of: Collection[str], most: int) -> Blanks:
    """For a to-do: gaps of the coverages that speak of these sorts, and of the slots."""
    coverages = {id: said for id, said in pack_in_force(on=on).coverages.items() if said.of in of}
    counted = _counted(list(coverages.values()), on, most, of_slots=most)
    empty = counted.pop(SLOTS)
    return Blanks(_gap_lines(coverages, counted, on), tuple(key for key, _born in empty.gaps))


def incomplete_listed(*, on: date, number: int) -> tuple[Page[Composition], int]:
    """A page of the branches with an empty slot, and how many branches there are; past the end the last page."""
    counted = _counted([], on, 0, skip=(number - 1) * PER_PAGE, of_slots=PER_PAGE)[SLOTS]
    missing = counted.total - counted.covered
    if number > 1 and not counted.gaps:
        return incomplete_listed(on=on, number=max(1, -(-missing // PER_PAGE)))
    lines = incomplete_of([key for key, _born in counted.gaps], on=on)
    return Page(lines, number, missing), counted.total


def gaps_listed(id: str, *, on: date, number: int) -> tuple[CoverageLine, Page[GapLine]]:
    """One coverage with a page of its gaps; a number past the end gives the last page."""
    said = pack_in_force(on=on).coverages.get(id)
    if said is None:
        raise not_found()
    counted = _counted([said], on, PER_PAGE, skip=(number - 1) * PER_PAGE, of_slots=None)[id]
    missing = counted.total - counted.covered
    if number > 1 and not counted.gaps:
        return gaps_listed(id, on=on, number=max(1, -(-missing // PER_PAGE)))
    lines = _gap_lines({id: said}, {id: counted}, on).get(id, ())
    line = coverage_line(said, on, counted.covered, counted.total, ())
    return line, Page(list(lines), number, missing)


def _counted(
    coverages: Sequence[Coverage], on: date, gaps: int, *, skip: int = 0, of_slots: int | None = 0
) -> dict[str, _Counted]:
    kinds = pack_in_force(on=on).links
    asked = tuple(_said(each, kinds) for each in coverages)
    filling = tuple(kind.id for kind in slots(kinds))
    ids = [*(each.id for each in asked), SLOTS]
    found = dict.fromkeys(ids, _Counted(0, 0, ()))
    rows = kept_rows(_put_together, on, asked, filling, member_kinds(on), (gaps, skip), of_slots, one_plan=True)
    for place, total, covered, first in rows:
        listed = tuple((key, date.fromisoformat(born)) for key, born in first or ())
        found[ids[place]] = _Counted(covered, total, listed)
    return found


def _said(each: Coverage, kinds: Mapping[str, LinkKind]) -> _Said:
    lefts = tuple(kinds[name].left for name in each.by)
    return _Said(each.id, each.of, each.by, each.through, each.posts, lefts)


def _put_together(
    on: date,
    asked: tuple[_Said, ...],
    filling: tuple[str, ...],
    _members: tuple[str, ...],
    gaps: tuple[int, int],
    of_slots: int | None,
) -> Words:
    """The statement. It depends on nothing but what stands in the brackets, and on the shape of the open scope."""
    coverages = pack_in_force(on=on).coverages
    asks: dict[str, Callable[[], Asked]] = {
        each.id: partial(asked_of, coverages[each.id], on, "", _from_held) for each in asked
    }
    if of_slots is not None:
        asks[SLOTS] = partial(branches_asked, on, _from_held)
    rows = {id: ask() for id, ask in asks.items()}
    places = {id: place for place, id in enumerate(rows)}
    kinds = sorted({kind for each in asked for kind in each.by} | set(filling))
    held, params = holding_anywhere(on, *kinds).values("kind", *ENDS).query.sql_with_params()
    tables, selects = [(f"held AS MATERIALIZED ({held})", tuple(params))], []
    for number, ids in enumerate(_same_rows(rows)):
        some = _rows_of(number, [rows[id] for id in ids], asks[ids[0]])
        try:
            sql, values = some.table()
        except EmptyResultSet:  # nothing of this sort can be in sight
            continue
        tables.append((f"rows{number} AS MATERIALIZED ({sql})", values))
        shown = {id: (of_slots or 0, gaps[1]) if id == SLOTS else gaps for id in ids}
        selects += [some.select(places[id], n, shown[id]) for n, id in enumerate(ids)]
    sql = f"WITH {', '.join(sql for sql, _values in tables)} {' UNION ALL '.join(sql for sql, _values in selects)}"
    return (sql, tuple(value for _sql, values in (*tables, *selects) for value in values)) if selects else ("", ())


def _rows_of(number: int, asked: Sequence[Asked], ask: Callable[[], Asked]) -> Rows:
    """Rows that some coverages share; `ask` asks for those of one of them. Who holds a post is few in any case."""
    rows, covered = asked[0].rows, [each.is_covered for each in asked]
    if rows.model is Person or not current_scope().is_wide:
        return OneByOne(number, rows, covered)
    with system_scope(reason="what is counted is narrowed to the places of the open scope"):
        return ByPlace(number, ask().rows, covered)


def _from_held(kinds: Sequence[str], end: str) -> RawSQL:
    """What stands at one end of the links of these kinds, out of those that were read for the whole statement."""
    sql = f'SELECT "{end}" FROM held WHERE "{end}" IS NOT NULL AND kind = ANY(%s)'  # noqa: S608  a name of our own
    return in_words(sql, (list(kinds),))


def _same_rows(rows: dict[str, Asked]) -> list[list[str]]:
    """Coverages of the same rows side by side: these are read once."""
    found: dict[tuple[Any, ...], list[str]] = {}
    for id, each in rows.items():
        found.setdefault(_words(each.rows.values("pk")), []).append(id)
    return list(found.values())


def _words(rows: QuerySet[Any, Any]) -> tuple[Any, ...]:
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return (rows.model,)
    return sql, *params


def _gap_lines(
    coverages: Mapping[str, Coverage], counted: Mapping[str, _Counted], on: date
) -> dict[str, tuple[GapLine, ...]]:
    """The first gaps by name and since when: one statement per sort of rows, and one for the days of all of them."""
    gaps = {id: dict(each.gaps) for id, each in counted.items() if each.gaps}
    models = {id: model_of(coverages[id]) for id in gaps}
    keys = {model: {key for id in gaps if models[id] is model for key in gaps[id]} for model in BORN}
    found = {model: _rows(model, those) for model, those in keys.items()}
    rows = {id: [found[models[id]][key] for key in gaps[id]] for id in gaps}
    missed = [Uncovered(coverages[id], {subject_of(row): gaps[id][row.pk] for row in rows[id]}) for id in gaps]
    since = dict(zip(gaps, blanks_since(missed, on=on), strict=True))
    return {id: tuple(gap_line(row, since[id][subject_of(row)], on) for row in rows[id]) for id in gaps}


def _rows(model: type[Any], keys: set[int]) -> dict[int, Any]:
    """Rows that the statement has found in sight, with what a line shows of them."""
    found = kept_objects(_shown, model.__name__, given=tuple(keys), one_plan=True) if keys else []
    return {row.pk: row for row in found}


def _shown(name: str, keys: Sequence[int]) -> QuerySet[Any]:
    model = next(each for each in BORN if each.__name__ == name)
    shown = ("person", "node") if model is RosterSpan else ("node",)
    rows: QuerySet[Any] = model._base_manager.filter(pk__in=keys)
    return rows.select_related(*shown)
