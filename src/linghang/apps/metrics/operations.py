"""Defining indicators, and giving, replacing and withdrawing their values. Nothing is overwritten."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from linghang.apps.access.queries import get_user
from linghang.apps.metrics.data import MOST_DECIMALS, SPANS, NewIndicator, NewValue, Reason, last_day
from linghang.apps.metrics.models import Definition, Indicator, IndicatorValue
from linghang.apps.metrics.policies import refuse_wrong_replacing, refuse_wrong_value
from linghang.apps.metrics.queries import current_values, get_indicator
from linghang.apps.metrics.sources import indicator_rows
from linghang.apps.org.queries import get_organisation
from linghang.apps.org.search.operations import drop_findables, put_findables
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

DAY = timedelta(days=1)


def open_indicator(*, new: NewIndicator, actor: Viewer) -> UUID:
    """An indicator of an organisation inside the open scope, with what it means from its first day on."""
    with writing(actor, "open_indicator"):
        _refuse_wrong(new)
        place = get_organisation(new.organisation)
        row = Indicator(
            node=place.node,
            top_id=place.top_id,
            code=new.code.strip(),
            name=new.name.strip(),
            unit=new.unit.strip(),
            span=new.span,
            decimals=new.decimals,
            direction=new.direction,
            source=new.source.strip(),
            valid_from=new.valid_from,
        )
        _save(row)
        Definition.objects.create(indicator=row, text=new.definition.strip(), valid_from=new.valid_from)
    return row.uuid


def change_indicator(*, indicator: UUID, name: str, code: str, direction: str, source: str, actor: Viewer) -> None:
    """What it is called and where its values come from; the unit, the periods and the decimals of a series stay."""
    with writing(actor, "change_indicator"):
        row = get_indicator(indicator)
        row.name, row.code, row.direction, row.source = name.strip(), code.strip(), direction, source.strip()
        _save(row)


def redefine_indicator(*, indicator: UUID, definition: str, valid_from: date, actor: Viewer) -> None:
    """Another 口径 from a day on; the one of before stays for the periods before."""
    with writing(actor, "redefine_indicator"):
        row = get_indicator(indicator)
        last = Definition.objects.filter(indicator=row).latest("valid_from")
        if valid_from <= last.valid_from:
            words = _("新口径的生效日期须晚于现行口径的（%(day)s）。") % {"day": last.valid_from.isoformat()}
            raise DomainError("too_early", words, field="valid_from")
        last.valid_to = valid_from - DAY
        last.save(update_fields=["valid_to"])
        Definition.objects.create(indicator=row, text=definition.strip(), valid_from=valid_from)


def close_indicator(*, indicator: UUID, last_day: date, actor: Viewer) -> None:
    """No period that begins after that day takes a value any more; what is there stays."""
    with writing(actor, "close_indicator"):
        row = get_indicator(indicator)
        if last_day < row.valid_from:
            raise DomainError("before_start", _("停用日期不能早于启用日期。"), field="last_day")
        if IndicatorValue.objects.filter(indicator=row, starts_on__gt=last_day, replaced_by__isnull=True).exists():
            raise DomainError("values_after", _("这一天以后已有数据，请核对停用日期。"), field="last_day")
        row.valid_to = last_day
        row.save(update_fields=["valid_to"])


def void_indicator(*, indicator: UUID, actor: Viewer, now: datetime) -> None:
    """Take back an indicator that an undone import made; refused while a value of it is in force."""
    with writing(actor, "void_indicator"):
        row = get_indicator(indicator)
        if IndicatorValue.objects.filter(indicator=row, replaced_by__isnull=True, value__isnull=False).exists():
            raise DomainError("has_values", _("这个指标已有数据，不能撤销。"))
        row.voided_at = now
        row.save(update_fields=["voided_at"])
        drop_findables("indicator", [row.uuid])


def record_value(*, indicator: UUID, new: NewValue, actor: Viewer, now: datetime) -> UUID:
    """The value of a period; when the period has one already, `new.reason` says why this one takes its place."""
    return record_values(indicator=indicator, values=[new], actor=actor, now=now)[0]


def record_values(
    *, indicator: UUID, values: Sequence[NewValue], actor: Viewer, now: datetime, import_uuid: UUID | None = None
) -> list[UUID]:
    """Values of several periods of one indicator, all or none; one period once."""
    with writing(actor, "record_values"):
        row = get_indicator(indicator)
        known = current_values([row.pk])
        rows = [_appended(row, new, known.get((row.pk, new.first)), actor, now, import_uuid) for new in values]
        try:
            with transaction.atomic():
                IndicatorValue.objects.bulk_create(rows, batch_size=1000)
        except IntegrityError as error:
            words = _("这个周期的数据刚被别人登记或替换。请刷新后核对。")
            raise DomainError("value_moved", words, status=409, field="value") from error
        return [value.uuid for value in rows]


def withdraw_value(*, value: UUID, note: str, actor: Viewer, now: datetime) -> UUID:
    """The period is unknown again: its value was no value of it. What stood there stays readable."""
    with writing(actor, "withdraw_value"):
        row = IndicatorValue.objects.select_related("indicator").filter(uuid=value, replaced_by__isnull=True).first()
        if row is None:
            raise not_found()
        gone = NewValue(row.starts_on, None, max(row.as_of, row.starts_on), row.source, Reason.WITHDRAWN, note)
        return record_value(indicator=row.indicator.uuid, new=gone, actor=actor, now=now)


def take_back_value(*, value: UUID, note: str, actor: Viewer, now: datetime) -> UUID:
    """Undo the giving of a value: what it replaced stands again, else the period is unknown. Refused once replaced."""
    with writing(actor, "take_back_value"):
        row = IndicatorValue.objects.select_related("indicator", "replaces").filter(uuid=value).first()
        if row is None:
            raise not_found()
        if IndicatorValue.objects.filter(replaces=row).exists():
            raise DomainError("replaced_since", _("这个数据后来又被替换过。"), status=409)
        before = row.replaces
        if before is None or before.value is None:
            return withdraw_value(value=value, note=note, actor=actor, now=now)
        again = NewValue(before.starts_on, before.value, before.as_of, before.source, Reason.CORRECTED, note)
        return record_value(indicator=row.indicator.uuid, new=again, actor=actor, now=now)


def _appended(
    row: Indicator, new: NewValue, known: IndicatorValue | None, actor: Viewer, now: datetime, import_uuid: UUID | None
) -> IndicatorValue:
    refuse_wrong_value(
        new, span=row.span, decimals=row.decimals, since=row.valid_from, until=row.valid_to, on=day_of(now)
    )
    reason = new.reason
    if known is None:
        reason = ""
        if new.value is None:
            raise DomainError("value_needed", _("请填数值；没有数就不登记，不要填 0。"), field="value")
    else:
        reason = reason or (Reason.SUPPLIED if known.value is None else "")
        given = NewValue(new.first, new.value, new.as_of, new.source, reason, new.note)
        refuse_wrong_replacing(given, value=known.value, as_of=known.as_of)
    return IndicatorValue(
        indicator=row,
        starts_on=new.first,
        ends_on=last_day(new.first, row.span),
        value=new.value,
        as_of=new.as_of,
        source=new.source.strip(),
        reason=reason,
        note=new.note.strip() if known else "",
        replaces=known,
        import_uuid=import_uuid,
        recorded_by=get_user(actor.uuid) if actor.uuid else None,
        recorded_at=now,
    )


def _refuse_wrong(new: NewIndicator) -> None:
    if not new.unit.strip():
        raise DomainError("unit_needed", _("请写明单位，例如“吨”“万元”。"), field="unit")
    if not new.definition.strip():
        raise DomainError("definition_needed", _("请写明口径：算什么、怎么算。"), field="definition")
    if not new.source.strip():
        raise DomainError("source_needed", _("请写明数据来源，例如“生产日报”。"), field="source")
    if new.span not in SPANS or not 0 <= new.decimals <= MOST_DECIMALS:
        words = _("请选择周期；小数最多 %(n)d 位。") % {"n": MOST_DECIMALS}
        raise DomainError("wrong_shape", words, field="decimals")


def _save(row: Indicator) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        words = _("编码“%(code)s”已被本单位的另一个指标使用，请核对。") % {"code": row.code}
        raise DomainError("code_taken", words, field="code") from error
    with translation.override(settings.LANGUAGE_CODE):
        put_findables(indicator_rows(only=row.pk))
