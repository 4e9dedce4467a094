"""What a settlement reads from the database, for one binding and month, in bulk: who, closings, what is final.

Read everywhere under the unit, whoever asked: a result depends on the records alone, never on who started it. The
caller has found the binding, the book or the subject inside his scope.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.months import FINAL_STATES, BookState
from linghang.apps.appraisal.models import Adjustment, Binding, Book, GradeResult, Statement
from linghang.apps.appraisal.models.expected import Expected
from linghang.apps.appraisal.months.asked import BookedRow, FinalRows, GradeRow, Inputs, MonthRow, Rules, TieRow
from linghang.apps.appraisal.months.histories import Segments, histories
from linghang.apps.appraisal.months.roster import Rostered, branches_of, no_member, people_of
from linghang.apps.appraisal.queries.balances import with_balances
from linghang.apps.appraisal.queries.packs import bindings_at, pack_of
from linghang.apps.ledger.queries.settlement import Wanted, settlement_facts, watermark
from linghang.apps.org.queries.year_roster import (
    PlaceRow,
    links_of_kinds,
    member_spans,
    places_by_key,
    places_of_members,
)
from linghang.engine.facts import Fact
from linghang.engine.periods import Month, Span, months_between, span_start
from linghang.engine.rules.plan import Plan, compile_plan
from linghang.engine.settle.affected import Reach, read_together
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import Scope, system_scope, use_scope
from linghang.ui.web.spans import month_words

WHY = "a settlement reads its unit as a whole; who may see the result is asked when it is shown"
Versions = Mapping[int, tuple[int, UUID]]  # key of a binding → key and uuid of its version
MEMBERS = "member"  # the subject of schemes whose books are those of branches


@dataclass(frozen=True)
class YearBook:
    """A book of the year, as far as settlements of other months need it."""

    uuid: UUID
    place: int
    month: int
    state: BookState
    closed: bool
    binding: int


@lru_cache(maxsize=256)
def plan_of(version: UUID, scheme: str, month: Month) -> Plan:
    """The scheme of a published version, compiled for the month's year up to it; kept, since it never changes.

    Refused where a number of the scheme has no value in a month of the year yet.
    """
    try:
        return compile_plan(pack_of(version), scheme, month)
    except LookupError as missing:
        message = _("这个办法还不能算到%(month)s：%(what)s。请党务干部发布补上这个数的新版本，再绑定。")
        raise DomainError(
            "rules_incomplete", message % {"month": month_words(month), "what": missing.args[0]}, status=409
        ) from missing


def read_inputs(
    *,
    binding: int,
    month: Month,
    places: Collection[int] = (),
    people: Collection[UUID] = (),
    year_end: bool = False,
    marks: Mapping[int, int] | None = None,
    lines_only: bool = False,
) -> Inputs:
    """Everything that one settlement of a month reads beside the records.

    For the subjects of some places (keys of organisations) or some people; without either, for everybody under the
    binding. Where members are held against each other, with whoever stands beside them: all of their branches, or
    everybody. The watermark is read first: what is recorded meanwhile comes late. `marks` are those of an earlier
    settlement, which is made again. `lines_only`: for the lines of the people asked for, without grades by quota.
    """
    with system_scope(reason=WHY):
        row = Binding.objects.select_related("node", "version").defer("version__files").get(pk=binding)
        marks = _marks(row) if marks is None else marks
        plan = plan_of(row.version.uuid, row.scheme, month)
        books = _books(row, month)
        versions = _versions({book.binding for book in books})
        own = _places_of(binding, books, month)
        how_far = _how_far(plan, row, books, versions, grades=not lines_only) if places or people else Reach.ALL
        everybody, some = how_far is Reach.ALL, not own <= set(places)
        beside = _beside(plan, places, people) if some and how_far is Reach.ORGANISATION else None
        chosen = own | set(places) if everybody else set(places) | (beside or set())
        subjects, known = _subjects(plan, row, books, chosen, () if everybody else people)
        subjects = with_balances(plan, subjects, going_on={book.place for book in books})
        final = _final_until(books)
        codes = {UUID(one.member.code): one for one in subjects}
        earlier, apart = _rules(row, subjects, books, month, versions)
        return Inputs(
            binding=row.pk,
            version=row.version.uuid,
            version_key=row.version_id,
            pack=plan.pack,
            scheme=row.scheme,
            month=month,
            subjects=subjects,
            places={place.key: place.uuid for place in known.values()},
            closed=_closed(books),
            final=final,
            frozen=final_rows(plan, row.scheme, codes, final),
            watermark=marks,
            ties=_ties(plan, codes),
            earlier=earlier,
            apart=apart,
            year_end=year_end,
            beside=beside,
        )


def wanted_of(inputs: Inputs) -> Wanted:
    """The records that the settlement reads: of its subjects and of what they answer for, as of the watermark."""
    plan = plan_of(inputs.version, inputs.scheme, inputs.month)
    codes = {UUID(one.member.code): one.member.code for one in inputs.subjects}
    codes |= {UUID(tie.right): tie.right for tie in inputs.ties}
    since = min(
        [
            plan.reads_from,
            *(
                plan_of(version, inputs.scheme, until).reads_from
                for rules in (inputs.earlier, *inputs.apart.values())
                for version, _pack, until in rules
            ),
        ]
    )
    return Wanted(codes, since.first, inputs.month.last, watermark=inputs.watermark)


def facts_of(inputs: Inputs) -> list[Fact]:
    """The records as objects: for a few subjects, and for schemes that pass records on to whoever is responsible."""
    with system_scope(reason=WHY):
        return settlement_facts(wanted_of(inputs))


def passes_on(inputs: Inputs) -> bool:
    """Whether records are passed on by links; such settlements read them as objects."""
    return bool(plan_of(inputs.version, inputs.scheme, inputs.month).through)


def _marks(row: Binding) -> dict[int, int]:
    """How far the chains of the unit's places go: a member's record lies where it happened, anywhere in the unit."""
    with use_scope(Scope(subtrees=(_top(row),))):
        return watermark()


def _top(row: Binding) -> str:
    path: str = row.node.path
    return path.split("/")[0] + "/"


def _books(row: Binding, month: Month) -> list[YearBook]:
    """The books of the scheme in the year up to the month, of all places of the unit."""
    first = span_start(month, Span.YEAR).index
    rows = Book.objects.filter(scheme=row.scheme, month__range=(first, month.index), node__path__startswith=_top(row))
    found = rows.values_list("uuid", "place_id", "month", "state", "closed_at", "binding_id").order_by("pk")
    return [YearBook(u, place, m, BookState(s), at is not None, b) for u, place, m, s, at, b in found]


def _places_of(binding: int, books: Iterable[YearBook], month: Month) -> set[int]:
    """The places of the binding, also those that ended earlier in the year: their members stood beside the others."""
    elsewhere = {book.place for book in books if book.month == month.index and book.binding != binding}
    return {book.place for book in books if book.binding == binding} - elsewhere


def _how_far(plan: Plan, row: Binding, books: Iterable[YearBook], versions: Versions, *, grades: bool) -> Reach:
    """Who has to be read with a subject, by this month's rules and by those that other months of the year went by."""
    if plan.scheme.subject != MEMBERS:
        return Reach.ALL
    last: dict[UUID, int] = {}
    for book in books:
        _key, version = versions[book.binding]
        last[version] = max(last.get(version, 0), book.month)
    others = (plan_of(each, row.scheme, Month.from_index(n)) for each, n in last.items() if each != row.version.uuid)
    return read_together(plan, *others, grades=grades)


def _beside(plan: Plan, places: Collection[int], people: Collection[UUID]) -> frozenset[int]:
    """The branches of all who were at these places in the year, and of these people; also where they were last
    expected to be, since a membership may have been taken back."""
    year = {"since": plan.reads_from.first, "until": plan.months[-1].last}
    held = Expected.objects.filter(scheme=plan.scheme.id, subject__in=set(people)).values_list("book__place", flat=True)
    spans = member_spans(**year, branches={*places, *held}, people=people)
    return frozenset({*places, *held, *(span.branch for span in spans)})


def _closed(books: Iterable[YearBook]) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    for book in books:
        if book.closed:
            found.setdefault(book.place, []).append(book.month)
    return {place: tuple(sorted(months)) for place, months in found.items()}


def _final_until(books: Iterable[YearBook]) -> dict[int, int]:
    """Place → its last final month; books become final in the order of months."""
    found: dict[int, int] = {}
    for book in books:
        if book.state in FINAL_STATES:
            found[book.place] = max(found.get(book.place, 0), book.month)
    return found


# --- subjects --------------------------------------------------------------------------------------------------------


def _subjects(
    plan: Plan, row: Binding, books: list[YearBook], chosen: Collection[int], people: Collection[UUID]
) -> tuple[tuple[Rostered, ...], dict[int, PlaceRow]]:
    """The subjects in the order of the engine's roster, and the places of their months."""
    first_months: dict[int, Month] = {}
    for book in books:
        month = Month.from_index(book.month)
        first_months[book.place] = min(first_months.get(book.place, month), month)
    known = places_by_key([*first_months])
    if plan.scheme.subject == MEMBERS:
        spans = member_spans(since=plan.reads_from.first, until=plan.months[-1].last, branches=chosen, people=people)
        found = people_of(
            spans,
            months=plan.months,
            first_months=first_months,
            exempt_classes=plan.exempt_classes(),
            codes={place.key: place.uuid for place in known.values()},
        )
        found += _not_there_any_more(plan, found, chosen, people)
    else:
        below = _branches_below(plan, row)
        homes = {place.key: known[key] for place in below for key in chosen if key in known}
        found = branches_of(below, months=plan.months, homes=homes, first_months=first_months)
    closed = _closed(books)
    found = [_closing_apart(one, closed, known.get(one.home(plan.months[-1]) or 0)) for one in found]
    return tuple(sorted(found, key=lambda one: (one.member.organisation, one.member.code))), known


def _not_there_any_more(
    plan: Plan, found: Collection[Rostered], chosen: Collection[int], people: Collection[UUID]
) -> list[Rostered]:
    """Who has final months in the year and, as is known by now, was no member in it at all: they are taken back."""
    during = Q(scheme=plan.scheme.id, month__range=(plan.months[0].index, plan.months[-1].index), final=True)
    there = {UUID(one.member.code) for one in found}
    if not chosen and there.issuperset(people):
        return []
    asked = Q(book__place_id__in=set(chosen)) | Q(subject__in=set(people))
    rows = Statement.objects.filter(during & asked, person__isnull=False).order_by("subject", "month")
    columns = ("subject", "person_id", "month", "book__place_id")
    gone: dict[tuple[UUID, int], dict[int, int]] = {}
    for subject, person, month, place in rows.values_list(*columns):
        if subject not in there:
            gone.setdefault((subject, person), {})[month] = place
    return [no_member(subject, person, places, before=plan.reads_from) for (subject, person), places in gone.items()]


def _branches_below(plan: Plan, row: Binding) -> list[PlaceRow]:
    """The branches for which this binding is the nearest one of its scheme."""
    last = plan.months[-1]
    rows = places_of_members(below=row.node.path, since=plan.months[0].first, until=last.last)
    nearest = bindings_at([place.path for place in rows], month=last)
    return [place for place in rows if (line := nearest[place.path].get(row.scheme)) and line.key == row.pk]


def _closing_apart(one: Rostered, closed: Mapping[int, tuple[int, ...]], now: PlaceRow | None) -> Rostered:
    """Who moved, and whose earlier place has not closed what his present one has: the engine asks by his own name.

    He then stands apart from his organisation, which only matters where a scheme holds members of one against others.
    """
    own = tuple(sorted(m for m, place in one.places.items() if m in closed.get(place, ())))
    here = closed.get(now.key, ()) if now else ()
    if all((m in own) == (m in here) for m in one.places):
        return one
    apart = replace(one.member, organisation=f"{one.member.organisation}:{one.member.code}")
    return replace(one, member=apart, closed_apart=own)


# --- what is final ---------------------------------------------------------------------------------------------------


def final_rows(
    plan: Plan, scheme: str, codes: Mapping[UUID, Rostered], final: Mapping[int, int], *, before: int | None = None
) -> FinalRows:
    """Final rows of the subjects in the year; who has none in a final month of his place was counted nowhere.

    `final` (place → its last final month) decides, not what became final meanwhile; `before`: only what runs with
    smaller keys have booked, for making a run again.
    """
    first, last = plan.months[0].index, plan.months[-1].index
    during = {"scheme": scheme, "month__range": (first, last), "final": True, "subject__in": list(codes)}
    rows = Statement.objects.filter(**during).order_by("pk")
    columns = ("book__place_id", "subject", "month", "state", "priced", "counted")
    months: list[MonthRow] = [
        (str(subject), month, state, priced, counted)
        for place, subject, month, state, priced, counted in rows.values_list(*columns)
        if month <= final.get(place, 0)
    ]
    there = {(row[0], row[1]) for row in months}
    for one in codes.values():
        for month in plan.months:
            home = one.home(month)
            if home is not None and month.index <= final.get(home, 0) and (one.member.code, month.index) not in there:
                months.append((one.member.code, month.index, "exempt", None, None))
    if not months:
        return FinalRows()
    parts = any(grade.parts for grade in plan.grades)
    return FinalRows(
        months=tuple(sorted(months, key=lambda row: row[:2])),
        categories=tuple(_categories(rows.values_list("subject", "month", "categories"))) if parts else (),
        adjustments=tuple(_booked(during, final, before)),
        grades=tuple(_graded(during, final)),
    )


def _booked(during: Mapping[str, Any], final: Mapping[int, int], before: int | None) -> Iterable[BookedRow]:
    rows = Adjustment.objects.filter(**during).order_by("pk")
    if before is not None:
        rows = rows.filter(run_id__lt=before)
    columns = ("book__place_id", "subject", "month", "booked", "counted", "year_end")
    for place, subject, month, booked, counted, year_end in rows.values_list(*columns):
        if year_end or booked <= final.get(place, 0):  # what the year's end booked stands, also where a place ended
            yield str(subject), month, booked, counted


def _graded(during: Mapping[str, Any], final: Mapping[int, int]) -> Iterable[GradeRow]:
    rows = GradeResult.objects.filter(**during).order_by("pk")
    columns = ("book__place_id", "subject", "month", "grade", "state", "total", "band")
    for place, subject, month, grade, state, total, band in rows.values_list(*columns):
        if month <= final.get(place, 0):
            yield str(subject), month, grade, state, total, band or None


def _categories(
    rows: Iterable[tuple[UUID, int, dict[str, list[int]]]],
) -> Iterable[tuple[str, int, str, int, int, int]]:
    for subject, month, categories in rows:
        for category, (base, priced, counted) in categories.items():
            yield str(subject), month, category, base, priced, counted


def _rules(
    row: Binding, subjects: Sequence[Rostered], books: Iterable[YearBook], month: Month, versions: Versions
) -> tuple[Rules, Mapping[str, Rules]]:
    """The rules of the year's earlier months: those of most subjects, and those of subjects who moved."""
    held = {(book.place, book.month): versions[book.binding][0] for book in books}
    common, apart = histories(subjects, held, month=month, now=row.version_id)
    packs = {version: (uuid, pack_of(uuid)) for version, uuid in versions.values()} if common or apart else {}

    def said(segments: Segments) -> Rules:
        return tuple((*packs[version], Month.from_index(until)) for version, until in segments)

    return said(common), {code: said(segments) for code, segments in apart.items()}


def _versions(bindings: Collection[int]) -> Versions:
    rows = Binding.objects.filter(pk__in=bindings).values_list("pk", "version_id", "version__uuid")
    return {binding: (key, uuid) for binding, key, uuid in rows}


def _ties(plan: Plan, codes: Mapping[UUID, Rostered]) -> tuple[TieRow, ...]:
    kinds = set(plan.through.values())
    found = links_of_kinds(kinds, codes, since=plan.reads_from.first, until=plan.months[-1].last)
    return tuple(TieRow(t.kind, str(t.left), str(t.right), t.since, t.until) for t in found)


def months_of(month: Month) -> list[Month]:
    """The months of the year up to one."""
    return months_between(span_start(month, Span.YEAR), month)
