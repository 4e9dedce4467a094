"""转接登记 and 流动党员 as registers."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linghang.apps.org.data import DIRECTIONS, DatedLine, TransferLine
from linghang.apps.org.models import Mobility, Transfer
from linghang.apps.org.queries.dated import covers
from linghang.ui.web.errors import not_found
from linghang.ui.web.kept import kept_rows
from linghang.ui.web.paging import Page, all_rows, page_of
from linghang.ui.web.scope import current_scope

TRANSFER_STATES: dict[str, Promise] = {
    "on_the_way": _("在途"),
    "overdue": _("超期未接收"),
    "received": _("已接收"),
    "cancelled": _("已撤回"),
}
ALONG = ("person", "from_organisation", "to_organisation__node")


def transfers_page(*, search: str, state: str, on: date, number: int) -> Page[TransferLine]:
    """Transfers from and to the branches inside the open scope: open ones first, the oldest at the top."""
    return page_of(_transfers(search, state, on), number, lambda row: transfer_line(row, on))


def transfer_rows(*, search: str, state: str, on: date) -> list[TransferLine]:
    """All rows that the list shows, for the export."""
    return [transfer_line(row, on) for row in all_rows(_transfers(search, state, on))]


def open_transfers(*, on: date) -> list[TransferLine]:
    """Those on the way, for the to-do list."""
    keys = [key for (key,) in kept_rows(_open_keys, one_plan=True)]
    rows = Transfer._base_manager.select_related(*ALONG).in_bulk(keys) if keys else {}
    return [transfer_line(rows[key], on) for key in keys]


def _open_keys() -> QuerySet[Transfer, Any]:
    rows = Transfer.objects.filter(received_on__isnull=True, cancelled_on__isnull=True)
    return rows.order_by("due_on", "pk").values_list("pk")


def transfer_card(uuid: UUID, *, on: date) -> TransferLine | None:
    """One of them inside the open scope."""
    row = (
        Transfer.objects.select_related("person", "from_organisation", "to_organisation__node")
        .filter(uuid=uuid)
        .first()
    )
    return transfer_line(row, on) if row else None


def transfer_line(row: Transfer, on: date) -> TransferLine:
    state = _state(row, on)
    target = row.to_organisation
    return TransferLine(
        uuid=row.uuid,
        person=row.person.uuid,
        name=row.person.name,
        came_from=row.from_organisation.name if row.from_organisation else row.from_text,
        went_to=target.name if target else row.to_text,
        document_number=row.document_number,
        sent_on=row.sent_on,
        due_on=row.due_on,
        received_on=row.received_on,
        receipt_number=row.receipt_number,
        state=state,
        state_label=str(TRANSFER_STATES[state]),
        incoming=target is not None and current_scope().reaches(target.node.path),
    )


def mobility_page(*, search: str, direction: str, with_past: bool, on: date, number: int) -> Page[DatedLine]:
    """流动党员 inside the open scope, those who are away on the day first."""
    rows = Mobility.objects.filter(valid_from__lte=on) if with_past else Mobility.objects.filter(covers(on))
    if search:
        rows = rows.filter(person__search_text__contains=search.strip().casefold())
    if direction:
        rows = rows.filter(direction=direction)
    return page_of(rows.select_related("person__node").order_by("-valid_from", "pk"), number, _moved)


def _moved(row: Mobility) -> DatedLine:
    way = str(DIRECTIONS[row.direction])
    note = "，".join(word for word in (way, row.place, row.contact_branch, back_words(row)) if word)
    place = row.person.node.label
    return DatedLine(
        row.uuid, row.person.name, place, row.valid_from, row.valid_to, note, row.valid_to is None, row.person.uuid
    )


def back_words(row: Mobility) -> str:
    """When somebody said that he would be back; '' where he did not say, or is back."""
    if row.expected_back is None or row.valid_to is not None:
        return ""
    return str(_("预计%(day)s回来") % {"day": date_format(row.expected_back, "DATE_FORMAT")})


def overdue_abroad(*, on: date) -> list[DatedLine]:
    """Those inside the open scope whose day of coming back has passed, the longest ago first."""
    keys = [key for (key,) in kept_rows(_overdue_keys, on, one_plan=True)]
    rows = Mobility._base_manager.select_related("person__node").in_bulk(keys) if keys else {}
    return [_moved(rows[key]) for key in keys]


def _overdue_keys(on: date) -> QuerySet[Mobility, Any]:
    rows = Mobility.objects.filter(covers(on), expected_back__lt=on)
    return rows.order_by("expected_back", "pk").values_list("pk")


def _state(row: Transfer, on: date) -> str:
    if row.cancelled_on is not None and row.cancelled_on <= on:
        return "cancelled"
    if row.received_on is not None and row.received_on <= on:
        return "received"
    return "overdue" if row.due_on < on else "on_the_way"


def _transfers(search: str, state: str, on: date) -> QuerySet[Transfer]:
    rows = Transfer.objects.select_related(*ALONG)
    if search:
        rows = rows.filter(person__search_text__contains=search.strip().casefold())
    open_ones = Q(received_on__isnull=True, cancelled_on__isnull=True)
    states = {
        "on_the_way": open_ones & Q(due_on__gte=on),
        "overdue": open_ones & Q(due_on__lt=on),
        "received": Q(received_on__isnull=False),
        "cancelled": Q(cancelled_on__isnull=False),
    }
    rows = rows.filter(states[state]) if state in states else rows
    return rows.order_by("received_on", "cancelled_on", "due_on", "pk") if state else rows.order_by("-sent_on", "-pk")


def mobility_line(uuid: UUID) -> DatedLine:
    """One of them inside the open scope."""
    row = Mobility.objects.select_related("person__node").filter(uuid=uuid).first()
    if row is None:
        raise not_found()
    return _moved(row)
