"""Expected results follow the records: once every few seconds, only for the subjects that were touched.

Nothing hangs on the path of recording. A pass compares how far the chains and histories have come with the last pass;
once a day everything is reckoned anew, which also opens a new month.
"""

import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.db.models import Max, Q

from linghang.apps.appraisal.data.expected import Passed
from linghang.apps.appraisal.data.months import FINAL_STATES
from linghang.apps.appraisal.models import Binding, Book
from linghang.apps.appraisal.models.expected import Expected, ExpectedMark, ExpectedPass
from linghang.apps.appraisal.months.roster import Rostered
from linghang.apps.appraisal.operations.month_opening import open_books
from linghang.apps.appraisal.queries.inputs import MEMBERS, facts_of, passes_on, plan_of, read_inputs, wanted_of
from linghang.apps.jobs.operations import run_in_child
from linghang.apps.ledger.queries.settlement import facts_for_settlement, watermark
from linghang.apps.ledger.queries.touched import recorded_since
from linghang.apps.org.queries.changed import changed_since
from linghang.apps.org.queries.year_roster import places_by_key
from linghang.engine.periods import Month
from linghang.ui.web.clock import day_of
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM, writing

if TYPE_CHECKING:
    from linghang.apps.appraisal.months.asked import Inputs
    from linghang.apps.appraisal.months.expecting import ExpectedRow

WHY = "expected results are kept for everybody; who may see one is asked when it is shown"
FEW = 400  # so many subjects are reckoned one by one, more of them in bulk by a process of its own
HISTORIES = ("BookEvent", "BindingEvent")


@dataclass(frozen=True)
class _Touched:
    """Whom a pass concerns: everybody, or these subjects and everybody at these places (keys of organisations)."""

    everybody: bool = False
    subjects: frozenset[UUID] = frozenset()
    places: frozenset[int] = frozenset()

    @property
    def nobody(self) -> bool:
        return not (self.everybody or self.subjects or self.places)


def refresh_expected(*, now: datetime) -> Passed:
    """One pass. Call it as often as you like: it costs some small statements when nothing happened."""
    today = day_of(now)
    with system_scope(reason=WHY):
        last, month = ExpectedPass.objects.first(), Month.of(today)
        known: Mapping[str, int] = last.marks if last else {}
        if last is None or last.whole_on != today or _last("BindingEvent") > known.get("BindingEvent", 0):
            _open_month(month, now)
        heads, marks = watermark(), dict(ExpectedMark.objects.values_list("pk", "seq"))
        histories = {name: _last(name) for name in HISTORIES}
        changed = changed_since(known)
        touched = _Touched(everybody=True)
        if last is not None and last.whole_on == today and not changed.everything:
            touched = _touched(heads, marks, known, histories, changed.people | changed.places)
        count = 0
        if not touched.nobody:
            _drop_over(month)
            count = sum(_reckon(row, touched, now) for row in _open_bindings(month))
        with writing(SYSTEM, "refresh_expected"):
            _note(heads, marks)
            whole_on = today if touched.everybody or last is None else last.whole_on
            values = {"at": now, "whole_on": whole_on, "marks": {**changed.marks, **histories}}
            ExpectedPass.objects.update_or_create(pk=1, defaults=values)
    return Passed(count, whole=touched.everybody)


def _touched(
    heads: Mapping[int, int],
    marks: Mapping[int, int],
    known: Mapping[str, int],
    histories: Mapping[str, int],
    changed: Collection[UUID],
) -> _Touched:
    if histories["BindingEvent"] > known.get("BindingEvent", 0):
        return _Touched(everybody=True)
    moved = {node: marks.get(node, 0) for node, seq in heads.items() if seq > marks.get(node, 0)}
    recorded = recorded_since(moved) if moved else {}
    events = apps.get_model("appraisal", "BookEvent")._default_manager
    books = events.filter(pgh_id__gt=known.get("BookEvent", 0)) if histories["BookEvent"] else events.none()
    return _Touched(
        subjects=frozenset(recorded) | frozenset(changed), places=frozenset(books.values_list("place", flat=True))
    )


def _last(name: str) -> int:
    return apps.get_model("appraisal", name)._default_manager.aggregate(last=Max("pgh_id"))["last"] or 0


def _note(heads: Mapping[int, int], marks: Mapping[int, int]) -> None:
    rows = [ExpectedMark(node_id=node, seq=seq) for node, seq in heads.items() if marks.get(node) != seq]
    ExpectedMark.objects.bulk_create(rows, update_conflicts=True, unique_fields=["node"], update_fields=["seq"])


@dataclass(frozen=True)
class _Running:
    """A scheme's month that is not final; `books`: key of the place → keys of its book and of its node."""

    binding: int
    scheme: str
    month: Month
    books: Mapping[int, tuple[int, int]]


def _open_bindings(month: Month) -> list[_Running]:
    """The month of today and, while some book of it is open, the one before, for each binding that has books in it."""
    months = (month.index - 1, month.index)
    rows = Book.objects.filter(month__in=months).exclude(state__in=FINAL_STATES).order_by("month", "binding_id", "pk")
    found: dict[tuple[int, str, int], dict[int, tuple[int, int]]] = {}
    for binding, scheme, index, *keys in rows.values_list("binding", "scheme", "month", "place", "pk", "node"):
        found.setdefault((binding, scheme, index), {})[keys[0]] = (keys[1], keys[2])
    return [_Running(b, scheme, Month.from_index(index), books) for (b, scheme, index), books in found.items()]


def _open_month(month: Month, now: datetime) -> None:
    """Books of the running month, wherever a scheme is bound."""
    bound = Binding.objects.filter(confirmed_at__isnull=False, withdrawn_at=None, since__lte=month.index)
    held = bound.filter(Q(until=None) | Q(until__gte=month.index)).values_list("node__top__uuid", "node__uuid")
    for top in sorted({top or node for top, node in held}):
        open_books(month=month, node=top, now=now)


def _drop_over(month: Month) -> None:
    """What is final is expected no more, nor what lies further back."""
    Expected.objects.filter(Q(book__state__in=FINAL_STATES) | Q(month__lt=month.index - 1)).delete()


def _reckon(row: _Running, touched: _Touched, now: datetime) -> int:
    """Reckon whom the pass concerns of one scheme's month; gives how many rows are different from before."""
    inputs = _inputs(row, touched)
    if inputs is None:
        return 0
    rows = _expected(inputs)
    wanted = {one.member.code: one for one in inputs.subjects if _is_right(one, row, inputs, touched)}
    asked = None if len(inputs.subjects) and _whole(inputs, touched) else touched.subjects | set(_uuids(wanted))
    return _write(row, inputs, {code: rows[code] for code in wanted if code in rows}, wanted, asked, now)


def _is_right(one: Rostered, row: _Running, inputs: "Inputs", touched: _Touched) -> bool:
    """Whether a subject belongs to an open book, and all beside whom he stands were read."""
    home = one.home(row.month)
    return home in row.books and (
        inputs.beside is None or home in inputs.beside or UUID(one.member.code) in touched.subjects
    )


def _whole(inputs: "Inputs", touched: _Touched) -> bool:
    plan = plan_of(inputs.version, inputs.scheme, inputs.month)
    return touched.everybody or plan.scheme.subject != MEMBERS or bool(plan.through)


def _inputs(row: _Running, touched: _Touched) -> "Inputs | None":
    """What the engine reads; None where the pass concerns nobody here. Schemes of branches are small: always whole."""
    version, scheme = Binding.objects.values_list("version__uuid", "scheme").get(pk=row.binding)
    plan = plan_of(version, scheme, row.month)
    whole = touched.everybody or plan.scheme.subject != MEMBERS or bool(plan.through)
    if whole:
        return read_inputs(binding=row.binding, month=row.month)
    places = touched.places & set(row.books)
    if not (touched.subjects or places):
        return None
    return read_inputs(binding=row.binding, month=row.month, places=places, people=touched.subjects)


def _expected(inputs: "Inputs") -> "Mapping[str, ExpectedRow]":
    from linghang.apps.appraisal.months.expecting import expect  # loads the engine, which a web process never needs

    if len(inputs.subjects) <= FEW or passes_on(inputs):
        return expect(inputs, facts_of(inputs))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "facts.parquet"
        facts_for_settlement(wanted_of(inputs), target=target)
        found: Mapping[str, ExpectedRow] = run_in_child(expect, inputs, target)
        return found


def _write(
    row: _Running,
    inputs: "Inputs",
    rows: "Mapping[str, ExpectedRow]",
    wanted: Mapping[str, Rostered],
    asked: Collection[UUID] | None,
    now: datetime,
) -> int:
    """Write what differs; who was asked for and is counted no more goes. Without `asked`, everybody at the places."""
    mine = Expected.objects.filter(book__in=[book for book, _node in row.books.values()])
    held = {str(old.subject): old for old in (mine if asked is None else mine.filter(subject__in=asked))}
    gone = [old.pk for code, old in held.items() if code not in rows]
    nodes = {key: place.node_key for key, place in places_by_key(_organisations(wanted.values())).items()}
    fresh = [_row(row, inputs, code, found, wanted[code], nodes, now) for code, found in rows.items()]
    fresh = [each for each in fresh if _differs(each, held.get(str(each.subject)))]
    with writing(SYSTEM, "refresh_expected"):
        if gone:
            Expected.objects.filter(pk__in=gone).delete()
        Expected.objects.bulk_create(
            fresh,
            batch_size=2000,
            update_conflicts=True,
            unique_fields=["scheme", "subject", "month"],
            update_fields=["book", "node", "version", *COMPARED, "at"],
        )
    return len(fresh) + len(gone)


COMPARED = ("state", "counted", "unknown", "grade", "grade_state", "total", "band", "next_band", "missing")


def _row(
    row: _Running,
    inputs: "Inputs",
    code: str,
    found: "ExpectedRow",
    one: Rostered,
    nodes: Mapping[int, int],
    now: datetime,
) -> Expected:
    values: dict[str, Any] = asdict(found) | {"unknown": list(found.unknown)}
    home = one.home(row.month)
    assert home is not None
    book, node = row.books[home]
    return Expected(
        subject=UUID(code),
        person_id=one.person,
        organisation_id=one.organisation,
        scheme=row.scheme,
        month=row.month.index,
        book_id=book,
        node_id=nodes.get(one.organisation or 0, node),
        version_id=inputs.version_key,
        at=now,
        **values,
    )


def _differs(new: Expected, old: Expected | None) -> bool:
    names = ("book_id", "node_id", "version_id", *COMPARED)
    return old is None or any(getattr(new, name) != getattr(old, name) for name in names)


def _organisations(found: Iterable[Rostered]) -> set[int]:
    return {one.organisation for one in found if one.organisation is not None}


def _uuids(codes: Iterable[str]) -> Iterable[UUID]:
    return (UUID(code) for code in codes)
