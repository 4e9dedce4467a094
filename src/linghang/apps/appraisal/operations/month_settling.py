"""核算: books of a month are settled from their records, all of one binding in one call of the engine."""

import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from linghang.apps.access.queries import find_node
from linghang.apps.appraisal.data.months import FINAL_STATES, BookState, RunKind, Settled, Step
from linghang.apps.appraisal.models import Binding, Book, Run, RunInputs, Statement
from linghang.apps.appraisal.months.asked import Facts, Inputs, Outcome
from linghang.apps.appraisal.months.packing import packed
from linghang.apps.appraisal.months.writing import Target, Writer
from linghang.apps.appraisal.policies.months import STEPS, fits, may, reached
from linghang.apps.appraisal.queries.inputs import facts_of, passes_on, read_inputs, wanted_of
from linghang.apps.jobs.data import JobData
from linghang.apps.jobs.operations import start_job
from linghang.apps.ledger.queries.settlement import facts_for_settlement
from linghang.engine.periods import Month
from linghang.ui.web.errors import DomainError, forbidden, not_found
from linghang.ui.web.scope import current_scope, system_scope
from linghang.ui.web.spans import month_words
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

SETTLE, YEAR_END = "appraisal.settle", "appraisal.year-end"
MOST_KEPT = 200  # differences that came too late, kept with their run
WHY = "a settlement writes the books of its unit; the starter's right to each was asked before"

Report = Callable[[int, int, str], None]
Compute = Callable[[Inputs, Facts, Report], Outcome]


def silent(_done: int, _total: int, _words: str = "") -> None:
    """Nobody watches."""


def in_this_process(inputs: Inputs, facts: Facts, progress: Report) -> Outcome:
    """Call the engine here; a worker gives it to a child process instead."""
    from linghang.apps.appraisal.months.computing import compute

    return compute(inputs, facts, progress)


def start_settlement(
    *, node: UUID, scheme: str, month: Month, actor: Viewer, now: datetime, books: Collection[UUID] = ()
) -> JobData:
    """Settle the closed books of a month at a place inside the open scope and below it, or the `books` given.

    One job with progress; what is final stays. Refused when there is nothing to settle.
    """
    place = find_node(node)
    rows = Book.objects.filter(scheme=scheme, month=month.index, node__path__startswith=place.path)
    rows = rows.filter(uuid__in=set(books)) if books else rows.exclude(closed_at=None)
    found = [row for row in rows.select_related("node").order_by("pk") if BookState(row.state) not in FINAL_STATES]
    if not found:
        message = _("%(month)s没有已关账、未定稿的支部，没有可以核算的。请先由支部关账。")
        raise DomainError("nothing_to_settle", message % {"month": month_words(month)}, status=409)
    if not all(may(Step.SETTLE, actor, row.node.path) for row in found):
        raise forbidden()
    title = _("%(month)s积分核算 · %(place)s") % {"month": month_words(month), "place": place.label}
    arguments = {"node": str(node), "scheme": scheme, "month": month.index, "books": [str(r.uuid) for r in found]}
    return start_job(kind=SETTLE, title=title[:200], arguments=arguments, actor=actor, scope=current_scope(), now=now)


def start_year_end(*, node: UUID, scheme: str, year: int, actor: Viewer, now: datetime) -> JobData:
    """年终关账 as a job, for units of many branches; what it may not is told by the job."""
    place = find_node(node)
    if not may(Step.CLOSE_YEAR, actor, place.path):
        raise forbidden()
    title = _("%(year)s年年终关账 · %(place)s") % {"year": year, "place": place.label}
    arguments = {"node": str(node), "scheme": scheme, "year": year}
    return start_job(kind=YEAR_END, title=title[:200], arguments=arguments, actor=actor, scope=current_scope(), now=now)


@dataclass(frozen=True)
class Group:
    """Books that one call of the engine settles."""

    binding: int
    month: Month
    books: tuple[int, ...]
    places: tuple[int, ...]


def settle_books(
    *,
    books: Collection[UUID],
    actor: Viewer,
    now: datetime,
    progress: Report = silent,
    compute: Compute = in_this_process,
    done: Callable[[Group], None] | None = None,
    skip: Collection[int] = (),
) -> Settled:
    """Settle books inside the open scope: read as of one watermark, compute, replace what is not final.

    Books of one binding and month are written together; `done` is called inside that transaction, bindings in `skip`
    are done already. A book that became final meanwhile stays and is told of in `refused`.
    """
    rows = list(Book.objects.filter(uuid__in=set(books)).select_related("node").order_by("pk"))
    if len(rows) != len(set(books)):
        raise not_found()
    for row in rows:
        if not may(Step.SETTLE, actor, row.node.path):
            raise forbidden()
        if not fits(Step.SETTLE, BookState(row.state)):
            raise DomainError("book_elsewhere", STEPS[Step.SETTLE].wrong_state, status=409)
    settled = Settled()
    groups = [group for group in groups_of(rows) if group.binding not in skip]
    for number, group in enumerate(groups):
        settled += _settle_group(group, actor, now, _part(progress, number, len(groups)), compute, done)
    return settled


def groups_of(rows: Iterable[Book]) -> list[Group]:
    """The books in the groups that one call of the engine settles."""
    found: dict[tuple[int, int], list[Book]] = {}
    for row in rows:
        found.setdefault((row.month, row.binding_id), []).append(row)
    return [
        Group(binding, Month.from_index(month), tuple(b.pk for b in books), tuple(b.place_id for b in books))
        for (month, binding), books in sorted(found.items())
    ]


def _part(progress: Report, number: int, count: int) -> Report:
    """The part of the bar that belongs to one of several groups."""

    def report(done: int, total: int, words: str = "") -> None:
        progress(number * 100 + done * 100 // max(1, total), count * 100, words)

    return report


def _settle_group(
    group: Group,
    actor: Viewer,
    now: datetime,
    progress: Report,
    compute: Compute,
    done: Callable[[Group], None] | None,
) -> Settled:
    progress(0, 100, _("读取记录"))
    inputs = read_inputs(binding=group.binding, month=group.month, places=group.places)
    outcome = computed(inputs, compute, progress)
    progress(95, 100, _("写入积分单"))
    with writing(actor, "settle_books"), system_scope(reason=WHY):
        books, refused = _locked(group, inputs)
        run = keep_run(inputs, outcome, RunKind.MONTH, actor, now)
        taken = _taken(inputs, books)
        targets = [Target(book.pk, book.place_id, book.node_id) for book in books]
        written = Writer(inputs, outcome, run.pk, targets, taken).write()
        _show(books, run, now)
        if done is not None:
            done(group)
    return Settled(
        len(books),
        written.subjects,
        written.adjustments,
        len(outcome.too_late),
        written.elsewhere,
        (run.uuid,),
        refused,
    )


def computed(inputs: Inputs, compute: Compute, progress: Report = silent) -> Outcome:
    """Read the records as of the watermark and call the engine."""
    if passes_on(inputs):
        return compute(inputs, facts_of(inputs), progress)
    with tempfile.TemporaryDirectory(prefix="linghang-settle-") as folder:
        with system_scope(reason=WHY):
            file = facts_for_settlement(wanted_of(inputs), target=Path(folder) / "facts.parquet")
        return compute(inputs, file.path, progress)


def _locked(group: Group, inputs: Inputs) -> tuple[list[Book], tuple[tuple[str, str], ...]]:
    """The group's books, and those with drafts of its subjects, locked in one order; final ones are left out."""
    subjects = [one.member.code for one in inputs.subjects]
    drafts = Statement.objects.filter(
        scheme=inputs.scheme, month=inputs.month.index, subject__in=subjects, final=False
    ).values("book_id")
    keys = {*group.books, *drafts.values_list("book_id", flat=True)}
    rows = Book.objects.select_for_update(of=["self"]).select_related("place").filter(pk__in=keys).order_by("pk")
    mine = [row for row in rows if row.pk in set(group.books)]
    words = {row.pk: told for row in mine if (told := _not_any_more(row, group))}
    refused = tuple((row.place.name, words[row.pk]) for row in mine if row.pk in words)
    return [row for row in mine if row.pk not in words], refused


def _not_any_more(row: Book, group: Group) -> str:
    """What happened to a book while it was reckoned, so that the result is not for it; "" for nothing."""
    if BookState(row.state) in FINAL_STATES:
        return str(STEPS[Step.SETTLE].wrong_state)
    if row.binding_id != group.binding:
        return _("核算期间启用了另一版积分办法，这次的结果没有采用。请重新核算。")
    return ""


def _taken(inputs: Inputs, books: Sequence[Book]) -> frozenset[str]:
    """Subjects whose month is final, or shown, in the book of another place: it stays there."""
    rows = Statement.objects.filter(
        scheme=inputs.scheme, month=inputs.month.index, subject__in=[one.member.code for one in inputs.subjects]
    ).exclude(book_id__in=[book.pk for book in books])
    found = rows.values_list("subject", "final", "book__state")
    return frozenset(str(s) for s, final, state in found if final or reached(BookState(state), BookState.PUBLIC))


def keep_run(inputs: Inputs, outcome: Outcome, kind: RunKind, actor: Viewer, now: datetime) -> Run:
    """Remember the settlement: by which pack, on which records, and with what result."""
    place = Binding.objects.only("node_id").get(pk=inputs.binding)
    users = get_user_model().objects.filter(uuid=actor.uuid) if actor.uuid else get_user_model().objects.none()
    run = Run.objects.create(
        kind=kind,
        node_id=place.node_id,
        version_id=inputs.version_key,
        scheme=inputs.scheme,
        month=inputs.month.index,
        watermark=dict(inputs.watermark),
        inputs={"final": dict(inputs.final), "closed": sum(len(months) for months in inputs.closed.values())},
        engine="duckdb",
        versions=dict(outcome.versions),
        result_hash=outcome.result_hash,
        subjects=len(inputs.subjects),
        notes=dict(outcome.notes) | _too_late(outcome),
        started_by=users.first(),
        at=now,
    )
    RunInputs.objects.create(run=run, content=packed(inputs))
    return run


def _too_late(outcome: Outcome) -> dict[str, Any]:
    """How many differences came too late to be booked, and the first of them."""
    rows = [list(row) for row in outcome.too_late[:MOST_KEPT]]
    return {"too_late": rows, "too_late_count": len(outcome.too_late)}


def _show(books: Sequence[Book], run: Run, now: datetime) -> None:
    """The books show the new settlement; what was checked or shown before has to be done again."""
    nothing: dict[str, Any] = dict.fromkeys(
        ("checked_at", "checked_by", "public_from", "public_until", "receiver"), None
    )
    rows = Book.objects.filter(pk__in=[book.pk for book in books])
    rows.update(state=BookState.SETTLED, run=run, settled_at=now, manner="", provisional_deadline=False, **nothing)
