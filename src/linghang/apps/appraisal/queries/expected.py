"""Reads of expected results inside the open scope."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from linghang.apps.appraisal.data.expected import ExpectedLine
from linghang.apps.appraisal.models.expected import Expected, ExpectedMark, ExpectedPass
from linghang.apps.appraisal.queries.packs import pack_of
from linghang.apps.appraisal.words import title_in_language
from linghang.engine.packs.grade_model import Grade
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month
from linghang.ui.web.scope import system_scope
from linghang.ui.web.spans import span_words


def expected_of(subject: UUID, *, month: Month) -> tuple[ExpectedLine, ...]:
    """What the month is expected to give one subject, by scheme."""
    return expected_of_many([subject], month=month).get(subject, ())


def expected_of_many(subjects: Collection[UUID], *, month: Month) -> dict[UUID, tuple[ExpectedLine, ...]]:
    """The same for many subjects, in three statements."""
    rows = Expected.objects.filter(subject__in=set(subjects), month=month.index).order_by("scheme")
    held = list(rows.select_related("version").defer("version__files"))
    if not held:
        return {}
    last = ExpectedPass.objects.first()
    with system_scope(reason="how far a chain had come is known to whoever reads a result that stands on it"):
        seqs = dict(ExpectedMark.objects.filter(pk__in={row.node_id for row in held}).values_list("pk", "seq"))
    found: dict[UUID, tuple[ExpectedLine, ...]] = {}
    for row in held:
        line = _line(row, last.at if last else row.at, seqs.get(row.node_id, 0))
        found[row.subject] = (*found.get(row.subject, ()), line)
    return found


def _line(row: Expected, as_of: datetime, seq: int) -> ExpectedLine:
    month, pack = Month.from_index(row.month), pack_of(row.version.uuid)
    scheme = pack.schemes[row.scheme]
    grade = next((each for each in scheme.grades if each.id == row.grade), None)
    return ExpectedLine(
        subject=row.subject,
        scheme=row.scheme,
        scheme_title=title_in_language(scheme.title),
        month=month,
        exempt=row.state == "exempt",
        counted=row.counted,
        unknown=tuple(_item_title(pack, row.scheme, item) for item in row.unknown),
        span=span_words(month, grade.span) if grade else "",
        total=row.total,
        band=_band_title(grade, row.band),
        next_band=_band_title(grade, row.next_band),
        missing=row.missing,
        graded=row.grade_state != "not_graded",
        pack=f"{title_in_language(pack.identity.title)} {pack.identity.version}",
        as_of=as_of,
        seq=seq,
    )


def _item_title(pack: Pack, scheme: str, item: str) -> str:
    return next((title_in_language(each.title) for each in pack.schemes[scheme].items if each.id == item), item)


def _band_title(grade: Grade | None, band: str) -> str:
    return (
        next((title_in_language(each.title) for each in grade.bands if each.id == band), "") if grade and band else ""
    )
