"""历次星级 of one person: the final grades of the shorter span, inside the open scope."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from linghang.apps.appraisal.charts import Curve, curve_of
from linghang.apps.appraisal.models import GradeResult
from linghang.apps.appraisal.queries.packs import pack_of
from linghang.apps.appraisal.words import NOT_GRADED
from linghang.apps.appraisal.words import title_in_language as said
from linghang.engine.packs.grade_model import Grade
from linghang.engine.periods import Month, Span
from linghang.ui.web.spans import span_words

MOST = 12  # three years of quarters


@dataclass(frozen=True)
class PastGrade:
    """A grade that was given, or that there was none, with the page of its span."""

    span: str
    band: str
    total: int | None
    url: str


@dataclass(frozen=True)
class GradeHistory:
    """The newest first; the curve goes the other way, from left to right."""

    title: str
    grades: tuple[PastGrade, ...]
    curve: Curve | None


def grade_history(subject: UUID, scheme: str) -> GradeHistory | None:
    """None while nothing is final; a curve from two grades on."""
    rows = GradeResult.objects.filter(subject=subject, scheme=scheme, final=True).order_by("-month", "grade")
    held = [(row, _grade(row)) for row in rows.select_related("run__version").defer("run__version__files")[: 2 * MOST]]
    shorter = [(row, grade) for row, grade in held if grade is not None and grade.span is not Span.YEAR][:MOST]
    if not shorter:
        return None
    latest = shorter[0][1]
    same = [(row, grade) for row, grade in shorter if grade.id == latest.id]
    levels = [band.id for band in reversed(latest.bands)]
    grades = tuple(_past(row, grade) for row, grade in same)
    steps = [
        (f"{past.span} {past.band}", levels.index(row.band) if row.band in levels else None)
        for (row, _one), past in zip(reversed(same), reversed(grades), strict=True)
    ]
    curve = curve_of(steps, [said(band.title) for band in reversed(latest.bands)]) if len(steps) > 1 else None
    return GradeHistory(said(latest.title), grades, curve)


def _grade(row: GradeResult) -> Grade | None:
    scheme = pack_of(row.run.version.uuid).schemes.get(row.scheme)
    return next((grade for grade in scheme.grades if grade.id == row.grade), None) if scheme else None


def _past(row: GradeResult, grade: Grade) -> PastGrade:
    month = Month.from_index(row.month)
    band = next((said(band.title) for band in grade.bands if band.id == row.band), "")
    if grade.span is Span.QUARTER:
        url = reverse("appraisal:quarter", args=[row.subject, row.scheme, month.year, month.quarter])
    else:
        url = reverse("appraisal:statement", args=[row.subject, row.scheme, month])
    return PastGrade(span_words(month, grade.span), band or str(NOT_GRADED), row.total, url)
