"""Settle worked cases and say in words where the result is not what the case expects.

Cases of one month are settled together, each as its own member of its own branch; so a hundred of them take a moment.
Where a scheme compares everybody with everybody, each stands alone, with those whom it names beside its member.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from linghang.engine.facts import Fact
from linghang.engine.packs.cases import EXPECTED_MARK, Case
from linghang.engine.packs.mechanism_model import Within
from linghang.engine.packs.model import Pack, Scheme
from linghang.engine.periods import Month, Span, span_start
from linghang.engine.points import format_points
from linghang.engine.roster import Balance, Member, Roster
from linghang.engine.rules.plan import Plan, compile_plan
from linghang.engine.settle.engines import Engine
from linghang.engine.settle.late import Frozen
from linghang.engine.settle.results import GradeState, Settlement
from linghang.engine.settle.run import Request, settle
from linghang.engine.settle.validate import check_facts


@dataclass(frozen=True)
class CaseResult:
    """A case that was settled; no differences = as expected."""

    case: Case
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.differences


def run_cases(pack: Pack, cases: Iterable[Case], *, engine: str | Engine = "reference") -> list[CaseResult]:
    """Every case with its differences, in order; the pack must have passed `check`."""
    given = list(cases)
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, case in enumerate(given):
        # how many came too late is told of a settlement, not of a member
        alone = number if case.late or _among_all(pack.schemes[case.scheme]) else None
        groups.setdefault((case.scheme, case.period, alone), []).append(number)
    found: dict[int, tuple[str, ...]] = {}
    for numbers in groups.values():
        group = _Group(pack, [given[n] for n in numbers], engine)
        found.update(zip(numbers, group.differences(), strict=True))
    return [CaseResult(case, found[number]) for number, case in enumerate(given)]


def _among_all(scheme: Scheme) -> bool:
    """Whether members of several branches are compared with each other."""
    told = [i.rank or i.versus for i in scheme.items] + [b.top for g in scheme.grades for b in g.bands]
    return any(of and of.within is Within.ALL for of in told)


NOT_CLOSED = "（还没有关账：算例写 closed: all，或应得写预计）"


class _Group:
    """Cases of one scheme and month; case n is the member with code n of the branch with code n.

    Whoever stands beside him has a code and, where it is another one, a branch that begin with n.
    """

    def __init__(self, pack: Pack, cases: Sequence[Case], engine: str | Engine) -> None:
        self.pack, self.cases, self.engine = pack, cases, engine
        self.scheme, self.period = cases[0].scheme, cases[0].period

    def differences(self) -> list[tuple[str, ...]]:
        try:
            plan = compile_plan(self.pack, self.scheme, self.period)
        except LookupError as error:
            return [(str(error.args[0]),)] * len(self.cases)
        good, refused = self._facts(plan)
        result = self._settle(good)
        return [
            (*refused[number], *_Comparison(case, result, result.roster.position(str(number))).differences())
            for number, case in enumerate(self.cases)
        ]

    def _facts(self, plan: Plan) -> tuple[list[Fact], list[list[str]]]:
        """The facts that can be settled, and for each case what is wrong with which of its facts are refused."""
        good, words = [], []
        for number, case in enumerate(self.cases):
            told = [replace(fact, subject=str(number)) for fact in (*case.facts, *case.late)]
            told += [replace(f, subject=_code(number, m)) for m, of in enumerate(case.others) for f in of.facts]
            ours, problems = check_facts(plan, told)
            good += ours
            wanted, codes = sorted(set(case.expect.refused)), sorted({p.code for p in problems})
            unequal = _unequal("refused", "、".join(wanted) or "无", "、".join(codes) or "无")
            words.append([] if wanted == codes else [unequal, *(p.message for p in problems)])
        return good, words

    def _members(self, number: int, case: Case) -> Iterator[Member]:
        yield replace(case.member, code=str(number), organisation=str(number))
        for place, of in enumerate(case.others):
            code, where = _code(number, place), f"{number}-{of.branch}" if of.branch else str(number)
            yield Member(code, code, where, member_class=of.member_class, brought=Balance())

    def _settle(self, good: list[Fact]) -> Settlement:
        people = [(case, m) for n, case in enumerate(self.cases) for m in self._members(n, case)]
        closed = frozenset((m.organisation, month) for case, m in people for month in case.closed)
        roster = Roster(m for _, m in people)
        request = Request(self.pack, self.scheme, roster, self.period, closed)
        late = {fact.sequence for case in self.cases for fact in case.late}  # a case with late facts stands alone
        if not late:
            return settle(request, good, engine=self.engine)
        until = self.period + -1
        known = [f for f in good if f.sequence not in late and Month.of(f.occurred_on) <= until]
        final = settle(replace(request, period=until), known, engine=self.engine)
        frozen = Frozen(final.tables, until)
        return settle(replace(request, frozen=frozen), good, engine=self.engine)


def _code(number: int, place: int) -> str:
    """Of whoever stands beside the member of a case."""
    return f"{number}-{place}"


class _Comparison:
    """What a case expects against what its member got."""

    def __init__(self, case: Case, result: Settlement, subject: int) -> None:
        self.case, self.result, self.subject = case, result, subject
        self.month = case.period.index

    def differences(self) -> Iterator[str]:
        expect = self.case.expect
        yield from self._nodes("items", "item", expect.items)
        yield from self._nodes("categories", "category", expect.categories)
        months = self._rows("months", month=self.month)
        yield from _points("month", expect.month, months[0]["counted"])
        yield from _points("quarter", expect.quarter, self._sum(Span.QUARTER))
        yield from _points("half_year", expect.half_year, self._sum(Span.HALF))
        yield from _points("year", expect.year, self._sum(Span.YEAR))
        yield from self._adjustments()
        yield from self._grades()
        yield from self._lists()
        if expect.state:
            yield from _words("state", expect.state, months[0]["state"])

    def _rows(self, table: str, **equal: int) -> list[dict[str, Any]]:
        return self.result.rows(table, subject=self.subject, **equal)

    def _nodes(self, table: str, column: str, wanted: Any) -> Iterator[str]:
        if wanted:
            rows = self._rows(table)
            found = {row[column]: row["counted"] for row in rows if row["month"] == self.month}
            for identifier, points in wanted.items():
                hint = self._elsewhere([r for r in rows if r[column] == identifier])
                told = _points(f"{table}.{identifier}", points, found.get(identifier, 0))
                yield from (words + hint for words in told)

    def _elsewhere(self, rows: Sequence[Mapping[str, Any]]) -> str:
        """In which other months there is something: what a case expects of a node is its month's alone."""
        other = [r["month"] for r in rows if r["month"] != self.month and r["counted"]]
        if not other:
            return ""
        months = "、".join(f"{Month.from_index(m).month}月" for m in sorted(set(other)))
        return f"（只算{Month.from_index(self.month).month}月的；{months}也有，全年的写 year）"

    def _sum(self, span: Span) -> int:
        """The span's months up to the period, with the adjustments that were booked within it."""
        first, last = span_start(self.case.period, span).index, self.month
        months: int = sum(r["counted"] or 0 for r in self._rows("months") if first <= r["month"] <= last)
        adjusted: int = sum(r["counted"] for r in self._rows("adjustments") if first <= r["booked"] <= last)
        return months + adjusted

    def _adjustments(self) -> Iterator[str]:
        expect = self.case.expect
        booked = {row["month"]: row["counted"] for row in self._rows("adjustments", booked=self.month)}
        for late, points in expect.adjustments.items():
            yield from _points(f"adjustments.{late}", points, booked.pop(late.index, 0))
        if expect.adjustments:
            yield from (f"没有预料到的补计：{Month.from_index(m)} {format_points(v)}" for m, v in booked.items())
        if expect.too_late is not None:
            yield from _words("too_late", str(expect.too_late), self.result.notes.get("too_late", "0"))

    def _grades(self) -> Iterator[str]:
        if self.case.expect.grades:
            rows = self._rows("grades", month=self.month)
            found = {row["grade"]: _grade_words(row["state"], row["band"]) for row in rows}
            for grade, band in self.case.expect.grades.items():
                told = found.get(grade, "无")
                hint = NOT_CLOSED if told == f"{EXPECTED_MARK} {band}" else ""
                yield from (words + hint for words in _words(f"grades.{grade}", band, told))

    def _lists(self) -> Iterator[str]:
        expect = self.case.expect
        if expect.selected is not None:
            chosen = sorted(row["selection"] for row in self._rows("selections"))
            yield from _words("selected", "、".join(expect.selected), "、".join(chosen))
        if expect.unknown is not None:
            unknown = sorted(row["item"] for row in self._rows("unknown", month=self.month))
            yield from _words("unknown", "、".join(expect.unknown), "、".join(unknown))


def _grade_words(state: str, band: str | None) -> str:
    if state == GradeState.NOT_GRADED or band is None:
        return "not_graded"
    return f"{EXPECTED_MARK} {band}" if state == GradeState.EXPECTED else band


def _points(what: str, wanted: int | None, found: int | None) -> Iterator[str]:
    if wanted is not None and wanted != found:
        yield _unequal(what, format_points(wanted), "无" if found is None else format_points(found))


def _words(what: str, wanted: str, found: str) -> Iterator[str]:
    if wanted != found:
        yield _unequal(what, wanted or "无", found or "无")


def _unequal(what: str, wanted: str, found: str) -> str:
    return f"{what}：应为 {wanted}，实为 {found}"
