"""补计 or 更正: whether what came late only adds, or puts right what had counted."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from linghang.apps.appraisal.data.statements import AdjustmentLine
from linghang.apps.appraisal.models import Adjustment, Statement
from linghang.apps.ledger.queries.taken_back import taken_back
from linghang.engine.periods import Month


def adjustment_lines(rows: Iterable[Adjustment]) -> tuple[AdjustmentLine, ...]:
    """Lines in the order of the rows. 更正 where points fall, and where a record of the month was taken back after it
    was final; two statements more where any points rise."""
    adjustments = list(rows)
    corrections = _corrections([row for row in adjustments if row.counted >= 0])
    return tuple(_line(row, row.counted < 0 or row.pk in corrections) for row in adjustments)


def adjustment_line(row: Adjustment) -> AdjustmentLine:
    return adjustment_lines([row])[0]


def _line(row: Adjustment, corrects: bool) -> AdjustmentLine:
    return AdjustmentLine(
        uuid=row.uuid,
        month=Month.from_index(row.month),
        booked=Month.from_index(row.booked),
        counted=row.counted,
        final=row.final,
        year_end=row.year_end,
        corrects=corrects,
    )


def _corrections(rows: list[Adjustment]) -> set[int]:
    """Those of which a record was taken back between the month's end as it was final and the settlement that booked."""
    if not rows:
        return set()
    months = [Month.from_index(row.month) for row in rows]
    gone = taken_back({row.subject for row in rows}, min(months).first, max(months).last)
    if not gone:
        return set()
    final = _final_at(rows)
    return {
        row.pk
        for row, month in zip(rows, months, strict=True)
        if (since := final.get((row.scheme, row.subject, row.month)))
        and any(who == row.subject and Month.of(day) == month and at > since for who, day, at in gone)
    }


def _final_at(rows: list[Adjustment]) -> dict[tuple[str, UUID, int], datetime]:
    found = Statement.objects.filter(
        subject__in={row.subject for row in rows}, month__in={row.month for row in rows}, book__final_at__isnull=False
    )
    finals = found.values_list("scheme", "subject", "month", "book__final_at")
    return {(scheme, who, month): at for scheme, who, month, at in finals if at}
