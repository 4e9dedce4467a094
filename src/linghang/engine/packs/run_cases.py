"""Settle worked cases and say in words where the result is not what the case expects."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from linghang.engine.facts import Fact
from linghang.engine.packs.cases import EXPECTED_MARK, MEMBER, Case
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month, Span, span_start
from linghang.engine.points import format_points
from linghang.engine.roster import Roster
from linghang.engine.rules.plan import compile_plan
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


def run_cases(pack: Pack, cases: Iterable[Case], *, engine: str = "reference") -> list[CaseResult]:
    """Every case with its differences, in order; the pack must have passed `check`."""
    return [CaseResult(case, tuple(_differences(pack, case, engine))) for case in cases]


def _differences(pack: Pack, case: Case, engine: str) -> Iterator[str]:
    try:
        plan = compile_plan(pack, case.scheme, case.period)
    except LookupError as error:
        yield str(error.args[0])
        return
    good, problems = check_facts(plan, [*case.facts, *case.late])
    refused = sorted({p.code for p in problems})
    if refused != sorted(set(case.expect.refused)):
        yield _unequal("refused 不接受的记录", "、".join(case.expect.refused) or "无", "、".join(refused) or "无")
        yield from (p.message for p in problems)
    yield from _compare(case, _settle(pack, case, good, engine))


def _settle(pack: Pack, case: Case, good: list[Fact], engine: str) -> Settlement:
    closed = frozenset((case.member.organisation, month) for month in case.closed)
    request = Request(pack, case.scheme, Roster([case.member]), case.period, closed)
    if not case.late:
        return settle(request, good, engine=engine)
    until = case.period + -1
    known = [fact for fact in good if fact not in case.late and Month.of(fact.occurred_on) <= until]
    final = settle(replace(request, period=until), known, engine=engine)
    frozen = Frozen(final.tables, pack.content_hash, until)
    return settle(replace(request, frozen=frozen), good, engine=engine)


def _compare(case: Case, result: Settlement) -> Iterator[str]:
    expect, month = case.expect, case.period.index
    for table, wanted in (("items", expect.items), ("categories", expect.categories)):
        column = {"items": "item", "categories": "category"}[table]
        found = {row[column]: row["counted"] for row in result.rows(table, month=month)}
        for identifier, points in wanted.items():
            yield from _points(f"{table}.{identifier}", points, found.get(identifier, 0))
    yield from _points("month", expect.month, result.month_total(MEMBER, case.period))
    yield from _points("quarter", expect.quarter, _sum(case, result, Span.QUARTER))
    yield from _points("year", expect.year, _sum(case, result, Span.YEAR))
    booked = {row["month"]: row["counted"] for row in result.rows("adjustments", booked=month)}
    for late, points in expect.adjustments.items():
        yield from _points(f"adjustments.{late}", points, booked.pop(late.index, 0))
    if expect.adjustments:
        yield from (f"没有预料到的补计: {Month.from_index(m)} {format_points(v)}" for m, v in booked.items())
    yield from _compare_words(case, result)


def _compare_words(case: Case, result: Settlement) -> Iterator[str]:
    expect, month = case.expect, case.period.index
    found = {row["grade"]: _grade_words(row["state"], row["band"]) for row in result.rows("grades", month=month)}
    for grade, band in expect.grades.items():
        yield from _words(f"grades.{grade}", band, found.get(grade, "无"))
    if expect.selected is not None:
        chosen = sorted(row["selection"] for row in result.rows("selections"))
        yield from _words("selected", "、".join(expect.selected), "、".join(chosen))
    if expect.unknown is not None:
        unknown = sorted(row["item"] for row in result.rows("unknown", month=month))
        yield from _words("unknown", "、".join(expect.unknown), "、".join(unknown))
    if expect.state:
        yield from _words("state", expect.state, result.rows("months", month=month)[0]["state"])
    if expect.too_late is not None:
        yield from _words("too_late", str(expect.too_late), result.notes.get("too_late", "0"))


def _grade_words(state: str, band: str | None) -> str:
    if state == GradeState.NOT_GRADED or band is None:
        return "not_graded"
    return f"{EXPECTED_MARK} {band}" if state == GradeState.EXPECTED else band


def _sum(case: Case, result: Settlement, span: Span) -> int:
    """The span's months up to the period, with the adjustments that were booked within it."""
    first, last = span_start(case.period, span).index, case.period.index
    months: int = sum(row["counted"] or 0 for row in result.rows("months") if first <= row["month"] <= last)
    adjusted: int = sum(row["counted"] for row in result.rows("adjustments") if first <= row["booked"] <= last)
    return months + adjusted


def _points(what: str, wanted: int | None, found: int | None) -> Iterator[str]:
    if wanted is not None and wanted != found:
        yield _unequal(what, format_points(wanted), "无" if found is None else format_points(found))


def _words(what: str, wanted: str, found: str) -> Iterator[str]:
    if wanted != found:
        yield _unequal(what, wanted or "无", found or "无")


def _unequal(what: str, wanted: str, found: str) -> str:
    return f"{what}: 应为 {wanted},实为 {found}"
