"""Reading indicators inside the open scope: lists, one with its series, current values."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linghang.apps.access.queries import scope_on_address
from linghang.apps.metrics.data import (
    DIRECTIONS,
    REASONS,
    SPANS,
    IndicatorCard,
    IndicatorLine,
    KnownIndicator,
    Meaning,
    Point,
    ValueLine,
    written,
)
from linghang.apps.metrics.models import Definition, Indicator, IndicatorValue
from linghang.engine.periods import Month, Span, span_start
from linghang.ui.web.errors import not_found
from linghang.ui.web.paging import Page, page_of
from linghang.ui.web.scope import use_scope
from linghang.ui.web.spans import span_words
from linghang.ui.web.viewer import Viewer

MOST_POINTS = 60
MONTHS = {Span.MONTH.value: 1, Span.QUARTER.value: 3, Span.YEAR.value: 12}


def indicators_page(*, search: str, span: str, with_closed: bool, on: date, number: int) -> Page[IndicatorLine]:
    """Indicators by name, each with the value of its latest period."""
    rows = _wanted(search, span, with_closed, on)
    page = page_of(rows, number, lambda row: row)
    lines = _lines(page.rows)
    return Page(lines, page.number, page.total, page.per_page)


def indicator_lines(*, search: str, span: str, with_closed: bool, on: date) -> list[IndicatorLine]:
    """The same without pages, for a file."""
    return _lines(list(_wanted(search, span, with_closed, on)))


def indicator_card(uuid: UUID) -> IndicatorCard:
    """One indicator with its meaning over time, its series and every value that was ever given."""
    row = get_indicator(uuid)
    values = _every_value(row)
    meanings = list(row.definitions.order_by("valid_from"))
    return IndicatorCard(
        line=_line(row, _newest(values)),
        span_code=row.span,
        decimals=row.decimals,
        direction=str(DIRECTIONS[row.direction]),
        direction_code=row.direction,
        since=row.valid_from,
        meanings=[Meaning(each.text, each.valid_from, each.valid_to) for each in reversed(meanings)],
        points=_points(row, values, meanings),
        values=[_value_line(value, row) for value in values],
    )


def current_value(uuid: UUID) -> tuple[UUID, ValueLine]:
    """A value that nothing has replaced, inside the open scope, and the indicator that it belongs to."""
    value = IndicatorValue.objects.select_related("indicator", "recorded_by", "replaced_by").filter(uuid=uuid).first()
    if value is None or hasattr(value, "replaced_by"):
        raise not_found()
    return value.indicator.uuid, _value_line(value, value.indicator)


def current_values(indicators: Iterable[int]) -> dict[tuple[int, date], IndicatorValue]:
    """The value in force of every period of some indicators, by (key of the indicator, first day)."""
    rows = IndicatorValue.objects.filter(indicator_id__in=list(indicators), replaced_by__isnull=True)
    return {(row.indicator_id, row.starts_on): row for row in rows}


def known_indicators() -> list[KnownIndicator]:
    """All indicators inside the open scope, for comparing a file with them."""
    rows = Indicator.objects.select_related("node").order_by("pk")
    return [
        KnownIndicator(
            key=row.pk,
            uuid=row.uuid,
            code=row.code,
            name=row.name,
            place=row.node.label,
            unit=row.unit,
            span=row.span,
            decimals=row.decimals,
            source=row.source,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in rows
    ]


def get_indicator(uuid: UUID) -> Indicator:
    """The row itself, inside the open scope, for operations of this room."""
    row = Indicator.objects.select_related("node").filter(uuid=uuid).first()
    if row is None:
        raise not_found()
    return row


def _wanted(search: str, span: str, with_closed: bool, on: date) -> QuerySet[Indicator]:
    rows = Indicator.objects.select_related("node")
    if search:
        rows = rows.filter(Q(name__icontains=search) | Q(code__istartswith=search))
    if span:
        rows = rows.filter(span=span)
    if not with_closed:
        rows = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    return rows.order_by("node__path", "code", "name", "pk")


def _lines(rows: Sequence[Indicator]) -> list[IndicatorLine]:
    latest = (
        IndicatorValue.objects.filter(indicator__in=rows, replaced_by__isnull=True, value__isnull=False)
        .select_related("recorded_by")
        .order_by("indicator_id", "-starts_on")
        .distinct("indicator_id")
    )
    found = {value.indicator_id: value for value in latest}
    return [_line(row, found.get(row.pk)) for row in rows]


def _line(row: Indicator, latest: IndicatorValue | None) -> IndicatorLine:
    return IndicatorLine(
        uuid=row.uuid,
        code=row.code,
        name=row.name,
        unit=row.unit,
        span=str(SPANS[row.span]),
        place=row.node.label,
        source=row.source,
        closed_on=row.valid_to,
        latest=_value_line(latest, row, replaced=False) if latest else None,
    )


def _every_value(row: Indicator) -> list[IndicatorValue]:
    """The newest period first; inside a period the one in force first, then what it replaced."""
    values = IndicatorValue.objects.filter(indicator=row).select_related("recorded_by", "replaced_by")
    return list(values.order_by("-starts_on", "-recorded_at", "-pk"))


def _newest(values: Sequence[IndicatorValue]) -> IndicatorValue | None:
    return next((value for value in values if value.value is not None and not hasattr(value, "replaced_by")), None)


def _value_line(value: IndicatorValue, row: Indicator, *, replaced: bool | None = None) -> ValueLine:
    return ValueLine(
        uuid=value.uuid,
        period=span_words(Month.of(value.starts_on), Span(row.span)),
        first=value.starts_on,
        value=value.value,
        shown=written(value.value, row.decimals),
        as_of=value.as_of,
        source=value.source,
        recorded_by=value.recorded_by.display_name if value.recorded_by else _("系统"),
        recorded_at=value.recorded_at,
        replaced=hasattr(value, "replaced_by") if replaced is None else replaced,
        reason=str(REASONS[value.reason]) if value.reason else "",
        note=value.note,
    )


def _points(row: Indicator, values: Sequence[IndicatorValue], meanings: Sequence[Definition]) -> list[Point]:
    """Every period from the first that has a value to the last: what nobody gave stays unknown."""
    known = {Month.of(value.starts_on): value.value for value in values if not hasattr(value, "replaced_by")}
    if not known:
        return []
    span, step = Span(row.span), MONTHS[row.span]
    last = max(known)
    first = max(min(known), last + -(MOST_POINTS - 1) * step)
    months = [first + ahead for ahead in range(0, last.index - first.index + 1, step)]
    breaks = {span_start(Month.of(each.valid_from), span) for each in meanings[1:]}
    return [Point(span_words(month, span), month.first, known.get(month), month in breaks) for month in months]


def in_reach(uuid: UUID, *, viewer: Viewer, address: str, on: date) -> bool:
    """Whether another address of this room would find the indicator for this viewer."""
    scope = scope_on_address(viewer, address, on=on)
    if scope is None:
        return False
    with use_scope(scope):
        return Indicator.objects.filter(uuid=uuid).exists()
