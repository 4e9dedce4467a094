"""Rows of a settlement into the database, by COPY: what is not final of the same books and subjects gives way."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import Q

from linghang.apps.appraisal.models import Adjustment, GradeResult, Shortlisted, Statement
from linghang.apps.appraisal.months.asked import Inputs, Outcome
from linghang.apps.appraisal.months.roster import Rostered, basis_of
from linghang.ui.web.planned import send_what_waits

_WHO = ("subject", "person_id", "organisation_id", "scheme", "month", "book_id", "node_id", "run_id", "final")
_STATEMENT = (*_WHO, "uuid", "state", "priced", "counted", "items", "categories", "unknown", "basis")
_ADJUSTMENT = (*_WHO, "uuid", "booked", "counted", "year_end")
_GRADE = (*_WHO, "grade", "state", "total", "band")
_SELECTION = (*_WHO, "selection")


@dataclass(frozen=True)
class Target:
    """The book of a place into which rows go; keys."""

    book: int
    place: int
    node: int


@dataclass(frozen=True)
class Written:
    """How many rows were written, and how many months of subjects stand in another place's book already."""

    subjects: int
    adjustments: int
    elsewhere: int


class Writer:
    """Writes what a run says of some books. `taken` are subjects whose month stands elsewhere and stays there."""

    def __init__(
        self, inputs: Inputs, outcome: Outcome, run: int, books: Iterable[Target], taken: frozenset[str] = frozenset()
    ) -> None:
        self.inputs, self.outcome, self.run, self.taken = inputs, outcome, run, taken
        self.by_place = {target.place: target for target in books}
        self.subjects = {one.member.code: one for one in inputs.subjects}

    def write(self) -> Written:
        """The rows of the month, drafts until the book is final."""
        keys = [target.book for target in self.by_place.values()]
        self._give_way(keys)
        statements, elsewhere = self._statements()
        _copy(Statement._meta.db_table, _STATEMENT, statements)
        adjustments = list(self._adjustments(year_end=False))
        _copy(Adjustment._meta.db_table, _ADJUSTMENT, adjustments)
        _copy(GradeResult._meta.db_table, _GRADE, self._grades())
        _copy(Shortlisted._meta.db_table, _SELECTION, self._selections())
        return Written(len(statements), len(adjustments), elsewhere)

    def write_year_end(self, yearly: frozenset[str]) -> Written:
        """The rows of the year's end, final at once: what came late, grades of the year, proposal lists."""
        keys = [target.book for target in self.by_place.values()]
        month = self.inputs.month.index
        drafts = Q(scheme=self.inputs.scheme, month=month, final=False)
        mine = Q(book_id__in=keys) | Q(subject__in=self._mine())
        GradeResult._base_manager.filter(drafts & mine, grade__in=yearly).delete()
        Shortlisted._base_manager.filter(drafts & mine).delete()
        adjustments = list(self._adjustments(year_end=True))
        _copy(Adjustment._meta.db_table, _ADJUSTMENT, adjustments)
        grades = list(self._grades(only=yearly, final=True))
        _copy(GradeResult._meta.db_table, _GRADE, grades)
        _copy(Shortlisted._meta.db_table, _SELECTION, self._selections(final=True))
        return Written(len(grades), len(adjustments), 0)

    def _mine(self) -> list[UUID]:
        month = self.inputs.month
        return [UUID(c) for c, one in self.subjects.items() if one.home(month) in self.by_place]

    def _give_way(self, books: Sequence[int]) -> None:
        """Drafts of the books, and of the subjects wherever their drafts are."""
        month, mine = self.inputs.month.index, [uuid for uuid in self._mine() if str(uuid) not in self.taken]
        drafts = Q(scheme=self.inputs.scheme, final=False)
        for model in (Statement, GradeResult, Shortlisted):
            found = drafts & (Q(book_id__in=books) | Q(month=month, subject__in=mine))
            model._base_manager.filter(found).delete()
        found = drafts & (Q(book_id__in=books) | Q(booked=month, subject__in=mine))
        Adjustment._base_manager.filter(found).delete()

    # --- rows ---

    def _who(self, one: Rostered, target: Target, month: int, *, final: bool = False) -> tuple[Any, ...]:
        code, scheme = one.member.code, self.inputs.scheme
        return (
            code, one.person, one.organisation, scheme, month, target.book, target.node, self.run, final,
        )  # fmt: skip

    def _target(self, code: str) -> tuple[Rostered, Target] | None:
        """The subject with the book of its place, if that is one of ours and the subject does not stand elsewhere."""
        one = self.subjects[code]
        home = one.home(self.inputs.month)
        if home is None or home not in self.by_place or code in self.taken:
            return None
        return one, self.by_place[home]

    def _statements(self) -> tuple[list[tuple[Any, ...]], int]:
        month, rows, elsewhere = self.inputs.month.index, [], 0
        for code, (state, priced, counted, items, categories, unknown) in self.outcome.statements.items():
            one = self.subjects[code]
            place = one.places.get(month)
            if place is None or place not in self.by_place:
                continue
            if code in self.taken:
                elsewhere += 1
                continue
            basis = _json(basis_of(one, self.inputs.closed))
            values = (str(uuid4()), state, priced, counted, _json(items), _json(categories), _json(unknown), basis)
            rows.append((*self._who(one, self.by_place[place], month), *values))
        return rows, elsewhere

    def _adjustments(self, *, year_end: bool) -> Iterator[tuple[Any, ...]]:
        for code, month, booked, counted in self.outcome.booked:
            found = self._target(code)
            if booked == self.inputs.month.index and found is not None:
                who = self._who(*found, month, final=year_end)
                yield (*who, str(uuid4()), booked, counted, year_end)

    def _grades(self, *, only: frozenset[str] | None = None, final: bool = False) -> Iterator[tuple[Any, ...]]:
        for code, grade, state, total, band in self.outcome.grades:
            found = self._target(code)
            if found is not None and (only is None or grade in only):
                who = self._who(*found, self.inputs.month.index, final=final)
                yield (*who, grade, state, total, band or "")

    def _selections(self, *, final: bool = False) -> Iterator[tuple[Any, ...]]:
        for code, selection in self.outcome.selections:
            found = self._target(code)
            if found is not None:
                yield (*self._who(*found, self.inputs.month.index, final=final), selection)


def _json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    names = ", ".join(columns)
    send_what_waits()
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
