"""Lines and categories of an explanation, worded once for every page."""

from collections.abc import Sequence
from uuid import UUID

from linghang.apps.appraisal.data.statements import CategoryBar, PricedLine
from linghang.apps.appraisal.words import titles_of
from linghang.engine.periods import Month, Span
from linghang.engine.points import format_points
from linghang.engine.rules.plan import Plan
from linghang.engine.settle.explaining.words import clause, cut_words, line_words
from linghang.engine.settle.results import Line


def reason_words(line: Line) -> str:
    """Why not all of a line counts: '本项月上限，2.00 未计；同一活动只计一次'."""
    return "；".join(f"{cut_words(c)}，{format_points(c.points)} 未计" if c.points else cut_words(c) for c in line.cuts)


def category_bars(plan: Plan, lines: Sequence[Line], period: Month) -> list[CategoryBar]:
    """Each category with what the lines gave and its monthly limits."""
    number, titles = plan.month_number(period), titles_of(plan.scheme.categories)
    got: dict[str, int] = {}
    for line in lines:
        got[line.category] = got.get(line.category, 0) + line.counted
    return [
        CategoryBar(c.id, titles[c.id], got.get(c.id, 0), c.bounds.at(number, Span.MONTH)[1], c.base[number])
        for c in plan.categories
    ]


def priced_line(plan: Plan, line: Line) -> PricedLine:
    """A line as pages show it; its key is the record's uuid, else the item, the effect or the category."""
    fact = record_of(line)
    return PricedLine(
        key=str(fact) if fact else line.effect or line.item or line.category,
        day=line.day,
        title=line_words(plan, line),
        clause=clause(plan, line),
        given=line.priced,
        counted=line.counted,
        reason=reason_words(line),
        category=line.category,
        item=line.item,
        fact=fact,
        year_before=line.month.year - 1 if line.note and not fact else 0,
    )


def record_of(line: Line) -> UUID | None:
    """The record of the ledger behind a line."""
    found = line.fact.source.column if line.fact else ""
    return UUID(found) if len(found) == 36 else None
