"""An explanation as plain values, for programs and for spreadsheets: what the text says, in the same words."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from linghang.engine.points import format_points
from linghang.engine.rules.plan import Plan
from linghang.engine.settle.explaining.classes import ClassSpan, class_words
from linghang.engine.settle.explaining.explain import Explanation
from linghang.engine.settle.explaining.next_band import NextBand
from linghang.engine.settle.explaining.words import (
    clause,
    cut_words,
    line_words,
    need_words,
    part_words,
    placed_words,
    standing_words,
)
from linghang.engine.settle.lines import Line

COLUMNS = ("日期", "内容", "条款", "得分", "计入", "说明", "来源")


def to_dict(plan: Plan, found: Explanation) -> dict[str, Any]:
    """The explanation in dicts, lists, texts and whole hundredths of points."""
    return {
        "member": {"code": found.member.code, "name": found.member.name, "organisation": found.member.organisation},
        "period": str(found.period),
        "pack": plan.pack.label,
        "state": str(found.state),
        "total": found.total,
        "sentence": found.sentence,
        "classes": [_class(each) for each in found.classes],
        "lines": [_line(plan, line) for line in found.lines],
        "unknown": list(found.unknown),
        "standings": [
            {"item": item, "value": s.value, "place": s.place, "size": s.size, "basis": s.basis, "points": s.points}
            for item, s in found.standings.items()
        ],
        "grades": [_grade(plan, grade) for grade in found.grades],
    }


def to_json(plan: Plan, found: Explanation) -> str:
    return json.dumps(to_dict(plan, found), ensure_ascii=False, indent=2)


def to_table(plan: Plan, found: Explanation) -> list[Sequence[str]]:
    """Rows of text under `COLUMNS`: every line, the total, then where the member stands and what is missing."""
    rows: list[Sequence[str]] = [COLUMNS]
    rows += [("", f"类别：{class_words(found.classes)}", "", "", "", "", "")] if found.classes else []
    rows += [_row(plan, line) for line in found.lines]
    if found.total is not None:
        rows.append(("", "合计", "", "", format_points(found.total), "", ""))
    rows += [("", title, "", "", "", "尚不能确定", "") for title in found.unknown]
    rows += [("", standing_words(plan, item, s), "", "", "", "", "") for item, s in found.standings.items()]
    rows += [row for grade in found.grades for row in _grade_rows(plan, grade)]
    return rows


def _class(found: ClassSpan) -> dict[str, Any]:
    first, last = (day.isoformat() if day else None for day in (found.days.first, found.days.last))
    return {"class": found.word, "from": first, "to": last, "scored": found.scored}


def _line(plan: Plan, line: Line) -> dict[str, Any]:
    return {
        "day": line.day.isoformat(),
        "words": line_words(plan, line),
        "clause": clause(plan, line),
        "category": line.category,
        "item": line.item,
        "effect": line.effect,
        "carried": line.carried,
        "priced": line.priced,
        "counted": line.counted,
        "cuts": [{"reason": c.reason, "words": cut_words(c), "points": c.points} for c in line.cuts],
        "source": str(line.fact.source) if line.fact else "",
    }


def _grade(plan: Plan, grade: NextBand) -> dict[str, Any]:
    return {
        "grade": grade.grade,
        "span": grade.span,
        "total": grade.total,
        "band": grade.band,
        "parts": [
            {
                "title": p.title,
                "points": p.points,
                "months": p.months,
                "full": p.full,
                "weight": p.weight,
                "carried_weight": p.carried,
                "worth": p.worth,
                "missing": p.missing,
            }
            for p in grade.parts
        ],
        "placed": {"place": grade.placed.place, "size": grade.placed.size, "places": grade.placed.places}
        if grade.placed
        else None,
        "held": list(grade.held),
        "unmet": [need_words(plan, need, grade.month_number) for need in grade.unmet],
        "next_band": grade.next_band,
        "missing": grade.missing,
        "reachable": grade.reachable,
        "last_chance": grade.last_chance.isoformat(),
        "options": [{"words": o.words, "count": o.count, "total": o.total, "band": o.band} for o in grade.options],
    }


def _row(plan: Plan, line: Line) -> Sequence[str]:
    why = "；".join(cut_words(c) for c in line.cuts)
    source = str(line.fact.source) if line.fact else ""
    priced, counted = format_points(line.priced), format_points(line.counted)
    return (line.day.isoformat(), line_words(plan, line), clause(plan, line), priced, counted, why, source)


def _grade_rows(plan: Plan, grade: NextBand) -> Iterator[Sequence[str]]:
    yield ("", f"{grade.grade}（{grade.span}）", "", "", format_points(grade.total), grade.band, "")
    for part in grade.parts:
        yield ("", part_words(part), "", "", format_points(part.worth), "", "")
    if grade.placed:
        yield ("", placed_words(grade.placed), "", "", "", "", "")
    for title in grade.held:
        yield ("", title, "", "", "", "按规定", "")
    for need in grade.unmet:
        yield ("", f"{grade.next_band}还要求", "", "", "", need_words(plan, need, grade.month_number), "")
    if grade.next_band and grade.reachable and (grade.missing or not grade.unmet):
        yield ("", f"距{grade.next_band}还差", "", "", format_points(grade.missing), "", "")
    for option in grade.options:
        yield ("", option.words, "", "", format_points(option.total), option.band, "")
