"""Objections inside the open scope: of a book, of a person, one of them; and what somebody may object to."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.objections import WHOLE, Correction, ObjectionLine, Outcome, Window
from linghang.apps.appraisal.models import Objection, Statement
from linghang.apps.appraisal.policies.objections import window_of
from linghang.apps.appraisal.queries.packs import pack_of
from linghang.apps.appraisal.words import title_in_language as said
from linghang.apps.ledger.queries.pages_fact import fact_card
from linghang.apps.ledger.queries.single import WrittenFact, seals_of, written_fact
from linghang.engine.periods import Month
from linghang.ui.web.errors import not_found
from linghang.ui.web.kept import kept_rows
from linghang.ui.web.kept_objects import kept_objects
from linghang.ui.web.scope import system_scope

ALONG = ("case", "book", "person")
Rows: TypeAlias = "QuerySet[Objection, tuple[Any, ...]]"
CARD = ("book__place", "book__run", "book__binding__version", "person__user")


@dataclass(frozen=True)
class Target:
    """What an objection is about: the month of one person, or one line of it."""

    statement: UUID
    book: UUID
    place: str
    subject: UUID
    owner: UUID | None
    name: str
    scheme: str
    month: Month
    line: str
    words: str
    fact: UUID | None
    points: int | None  # what the month counts for the line, where it has a number of its own
    receiver: str
    manner: str
    window: Window


@dataclass(frozen=True)
class ObjectionCard:
    """One objection with the record that it is about, if it is about one, and what was put right."""

    line: ObjectionLine
    book: UUID
    version: UUID  # of the pack that the book goes by
    statement: UUID | None
    place: str
    owner: UUID | None
    scheme: str
    record: WrittenFact | None
    record_words: str
    correction: Correction | None
    decided: str  # what whoever upheld it wrote
    resettle: bool


def target_of(statement: UUID, line: str, *, today: date) -> Target:
    """The statement inside the open scope and the line of it that is meant; an unknown line is not found."""
    row = _statement(statement)
    fact = _record_of(row, line)
    words = _words_of_record(fact) if fact else _words_of_item(row, line)
    book = row.book
    return Target(
        statement=row.uuid,
        book=book.uuid,
        place=book.place.name,
        subject=row.subject,
        owner=row.person.user.uuid if row.person and row.person.user else None,
        name=row.person.name if row.person else "",
        scheme=row.scheme,
        month=Month.from_index(row.month),
        line=line,
        words=words,
        fact=fact,
        points=_points_of(row, line),
        receiver=book.receiver.display_name if book.receiver else "",
        manner=book.manner,
        window=window_of(book.state, book.public_until, today=today),
    )


def _statement(uuid: UUID) -> Statement:
    """With the book around it; the texts of the pack are not read along."""
    along = ("book__place", "book__node", "book__receiver", "book__binding__version", "person__user")
    row = (
        Statement.objects.select_related(*along)
        .defer("book__binding__version__files")
        .filter(uuid=uuid, person__isnull=False)
        .first()
    )
    if row is None:
        raise not_found()
    return row


def _record_of(row: Statement, line: str) -> UUID | None:
    """The record that a line names; one of somebody else, or of another month, is not found."""
    try:
        uuid = UUID(line)
    except ValueError:
        return None
    found = written_fact(uuid)
    if found.subject != row.subject:
        raise not_found()
    return uuid


def _words_of_record(fact: UUID) -> str:
    line = fact_card(fact).line
    day = date_format(line.day, "DATE_FORMAT")
    return f"{day} {line.title}" + (f"（{line.words}）" if line.words else "")


def _words_of_item(row: Statement, line: str) -> str:
    """A line that stands for an item, a category or an effect is called by its title; the whole month by its name."""
    if line == WHOLE:
        return str(_("整月积分"))
    title = _titles(row.book.binding.version.uuid, row.scheme).get(line)
    if title is None and line not in row.items and line not in row.categories:
        raise not_found()
    return title or line


def _points_of(row: Statement, line: str) -> int | None:
    """The month's total, an item's or a category's hundredths; a record's own stand with the record."""
    if line == WHOLE:
        return row.counted
    numbers = row.items.get(line) or row.categories.get(line)
    return numbers[1 if line in row.items else 2] if numbers else None


def _titles(version: UUID, scheme: str) -> dict[str, str]:
    """What the lines of a scheme that are no records are called."""
    found = pack_of(version).schemes.get(scheme)
    if found is None:
        return {}
    items = {one.id: said(one.title) for one in found.items}
    categories = {one.id: said(one.title) for one in found.categories}
    return items | categories | {one.id: said(one.title) for one in found.effects}


def may_object(statement: UUID, *, today: date) -> Window:
    """Whether the person of a statement may object to it today."""
    row = _statement(statement)
    return window_of(row.book.state, row.book.public_until, today=today)


def objections_of(subject: UUID, *, scheme: str = "", month: int | None = None) -> tuple[ObjectionLine, ...]:
    """The objections about a person's months that the open scope reaches, the newest first."""
    return tuple(_line(row) for row in kept_objects(_about, scheme, month, given=(subject,)))


def _about(scheme: str, month: int | None, subjects: Sequence[UUID]) -> QuerySet[Objection]:
    rows = Objection.objects.filter(subject__in=subjects)
    if scheme:
        rows = rows.filter(book__scheme=scheme)
    if month is not None:
        rows = rows.filter(book__month=month)
    return _newest(rows)


def objections_of_book(book: UUID) -> tuple[ObjectionLine, ...]:
    """All objections to a book that the open scope reaches, open ones first."""
    rows = [_line(row) for row in kept_objects(_of_books, given=(book,))]
    return tuple(sorted(rows, key=lambda row: row.ended))


def _of_books(books: Sequence[UUID]) -> QuerySet[Objection]:
    return _newest(Objection.objects.filter(book__uuid__in=books))


def open_of(books: Iterable[UUID]) -> dict[UUID, int]:
    """How many objections keep each book from being approved: those not answered yet, and those upheld whose
    correction the settlement that is shown has not read."""
    with system_scope(reason="a book is approved as a whole: every open objection counts, whoever may read it"):
        rows = _standings(_waiting, books)
    unread = _unread(rows)
    return dict(Counter(row.book for row in rows if not row.ended or row.uuid in unread))


@dataclass(frozen=True)
class _Standing:
    """How far an objection is, beside the settlement that its book shows: None where there is none."""

    uuid: UUID
    book: UUID
    outcome: str
    ended: bool
    late: bool
    correction: Mapping[str, Any]
    watermark: Mapping[str, int] | None


def _standings(make: Callable[[Sequence[UUID]], Rows], asked: Iterable[UUID]) -> list[_Standing]:
    return [
        _Standing(uuid, book, outcome, ended, late, json.loads(correction), json.loads(marks or "null"))
        for uuid, book, outcome, ended, late, correction, marks in kept_rows(make, given=tuple(set(asked)))
    ]


def _waiting(books: Sequence[UUID]) -> Rows:
    waiting = Q(ended_at__isnull=True) | Q(outcome=Outcome.UPHELD)
    return _columns(Objection.objects.filter(waiting, book__uuid__in=books, late=False))


def _upheld(books: Sequence[UUID]) -> Rows:
    return _columns(Objection.objects.filter(outcome=Outcome.UPHELD, book__uuid__in=books))


def _named(objections: Sequence[UUID]) -> Rows:
    return _columns(Objection.objects.filter(uuid__in=objections))


def _columns(rows: QuerySet[Objection]) -> Rows:
    ended = ExpressionWrapper(Q(ended_at__isnull=False), output_field=BooleanField())
    return rows.values_list("uuid", "book__uuid", "outcome", ended, "late", "correction", "book__run__watermark")


def _unread(rows: Iterable[_Standing]) -> set[UUID]:
    """The upheld ones whose new records lie beyond the watermark of the settlement that their book shows."""
    upheld = [row for row in rows if row.outcome == Outcome.UPHELD and not row.late]
    written = {row.uuid: [UUID(str(fact)) for fact in row.correction.get("written", ())] for row in upheld}
    seals = seals_of(fact for facts in written.values() for fact in facts)
    found = set()
    for row in upheld:
        marks = row.watermark or {}
        beyond = any(seq > marks.get(str(node), 0) for node, seq in (seals[f] for f in written[row.uuid] if f in seals))
        if row.watermark is None or beyond:
            found.add(row.uuid)
    return found


def objection_card(uuid: UUID) -> ObjectionCard:
    """One objection inside the open scope."""
    row = get_objection(uuid)
    fact = written_fact(row.fact) if row.fact else None
    statement = Statement.objects.filter(subject=row.subject, book=row.book).values_list("uuid", flat=True).first()
    return ObjectionCard(
        line=_line(row),
        book=row.book.uuid,
        version=row.book.binding.version.uuid,
        statement=statement,
        place=row.book.place.name,
        owner=row.person.user.uuid if row.person.user else None,
        scheme=row.book.scheme,
        record=fact,
        record_words=_words_of_record(fact.uuid) if fact else "",
        correction=correction_in(row.correction) if row.correction else None,
        decided=str(row.correction.get("note", "")),
        resettle=row.uuid in _unread(_standings(_named, [row.uuid])),
    )


def kinds_meant(card: ObjectionCard) -> tuple[str, ...]:
    """Of an objection to an item the kinds of record that count for it, to a category those of its items."""
    scheme = pack_of(card.version).schemes.get(card.scheme)
    items = [one for one in scheme.items if card.line.line in (one.id, one.category)] if scheme else []
    return tuple(dict.fromkeys(kind for one in items for kind in one.kinds))


def settled_before_corrected(books: Iterable[UUID]) -> set[UUID]:
    """Of the books in the open scope those whose settlement has not read what an upheld objection put right."""
    found = _standings(_upheld, books)
    unread = _unread(found)
    return {row.book for row in found if row.uuid in unread}


def get_objection(uuid: UUID) -> Objection:
    """The row itself, for operations of this room."""
    row = Objection.objects.select_related(*ALONG, *CARD).filter(uuid=uuid).first()
    if row is None:
        raise not_found()
    return row


def objection_of_case(case: UUID) -> Objection | None:
    """The objection that a case carries."""
    return Objection.objects.select_related(*ALONG, "person__user").filter(case__uuid=case).first()


def page_of_case(case: UUID) -> str:
    """Where the objection that a case carries is read and decided."""
    row = objection_of_case(case)
    if row is None:
        raise not_found()
    return reverse("appraisal:objection", args=[row.uuid])


def correction_in(stored: dict[str, object]) -> Correction:
    """What was stored with an objection, as a record."""
    day = stored.get("day")
    return Correction(
        take_back=bool(stored.get("take_back")),
        kind=str(stored.get("kind", "")),
        day=date.fromisoformat(str(day)) if day else None,
        quantity=int(str(stored.get("quantity", 0))),
        attributes={str(k): str(v) for k, v in dict(stored.get("attributes") or {}).items()},  # type: ignore[call-overload]  # JSON
    )


def _newest(rows: QuerySet[Objection]) -> QuerySet[Objection]:
    return rows.select_related(*ALONG).order_by("-made_on", "-pk")


def _line(row: Objection) -> ObjectionLine:
    return ObjectionLine(
        uuid=row.uuid,
        case=row.case.uuid,
        number=row.case.number,
        subject=row.subject,
        name=row.person.name,
        month=row.book.month,
        line=row.line,
        about=row.case.title,
        made_on=row.made_on,
        outcome=row.outcome,
        state_label=_state(row),
        ended=row.ended_at is not None,
        late=row.late,
        corrected_by=tuple(UUID(str(fact)) for fact in row.correction.get("facts", ())),
    )


def _state(row: Objection) -> str:
    if row.outcome == Outcome.OPEN:
        return _("处理中")
    words = {Outcome.UPHELD: _("已采纳"), Outcome.REJECTED: _("不采纳"), Outcome.WITHDRAWN: _("已撤回")}[
        Outcome(row.outcome)
    ]
    return words if row.ended_at else _("%(outcome)s，待答复") % {"outcome": words}
