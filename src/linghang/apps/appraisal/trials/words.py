"""(child) An explanation as plain values: what a page needs, worded by the engine."""

from typing import Any

from linghang.apps.appraisal.explaining.lines import category_bars, reason_words
from linghang.engine.problems import Place
from linghang.engine.rules.plan import Plan
from linghang.engine.settle.explaining.classes import class_words
from linghang.engine.settle.explaining.explain import Explanation, NextBand, clause, line_words
from linghang.engine.settle.results import Line


def statement_body(plan: Plan, found: Explanation) -> dict[str, Any]:
    """One member's month: sentence, categories with their limits, lines that add up, unknown items, bands."""
    return {
        "state": str(found.state),
        "total": found.total,
        "sentence": found.sentence,
        "classes": class_words(found.classes),
        "categories": _categories(plan, found),
        "lines": [_line(plan, line) for line in found.lines],
        "unknown": list(found.unknown),
        "grades": [_grade(grade) for grade in found.grades],
    }


def _categories(plan: Plan, found: Explanation) -> list[dict[str, Any]]:
    if found.total is None:
        return []
    bars = category_bars(plan, found.lines, found.period)
    return [{"title": bar.title, "got": bar.got, "cap": bar.cap, "base": bar.base} for bar in bars]


def _line(plan: Plan, line: Line) -> dict[str, Any]:
    source = line.fact.source if line.fact else Place()
    return {
        "day": line.day.isoformat(),
        "title": line_words(plan, line),
        "clause": clause(plan, line),
        "given": line.priced,
        "counted": line.counted,
        "reason": reason_words(line),
        "file": source.file,
        "sheet": source.sheet,
        "cell": source.cell,
    }


def _grade(grade: NextBand) -> dict[str, Any]:
    return {
        "grade": grade.grade,
        "span": grade.span,
        "total": grade.total,
        "band": grade.band,
        "next_band": grade.next_band,
        "missing": grade.missing,
        "last_chance": grade.last_chance.isoformat(),
    }


def reach_body(grade: NextBand) -> dict[str, Any]:
    """What would reach the next band, each proved by settling again."""
    options = [{"words": o.words, "count": o.count, "total": o.total, "band": o.band} for o in grade.options]
    return {"grade": grade.grade, "next_band": grade.next_band, "options": options}
