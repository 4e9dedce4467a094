"""Registers: transfers, members on the move, contact checks. Dates and receipts; the act itself is done elsewhere."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.access.operations import user_of
from linghang.apps.org.data import CONTACT_METHODS, DIRECTIONS, LostContact, MembershipKind, on_contact_lost
from linghang.apps.org.models import ContactCheck, Membership, Mobility, Organisation, Person, Transfer
from linghang.apps.org.operations.careers import finish, refuse_membership, write_membership
from linghang.apps.org.operations.finding import index_people
from linghang.apps.org.operations.lives import DAY, Deeds, end, held_person, people_held, refuse_later
from linghang.apps.org.operations.spans import keep_in_step
from linghang.apps.org.queries.contacts import failed_since, last_contact, may_be_asked
from linghang.apps.org.queries.organisations import get_organisation
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

# 介绍信 is valid for at most three months by practice; a unit that sets less writes the day itself
LETTER = timedelta(days=90)
ATTEMPTS = 2  # failed ones after which somebody counts as out of reach


def open_transfer(
    *,
    person: UUID,
    to_organisation: UUID | None = None,
    to_text: str = "",
    sent_on: date,
    due_on: date | None = None,
    document_number: str = "",
    actor: Viewer,
    now: datetime,
) -> UUID:
    """组织关系 is on the way; until it is received the old branch stays responsible (党员教育管理工作条例 Art 25)."""
    with writing(actor, "open_transfer"):
        deeds, row = Deeds(actor, now), held_person(person)
        refuse_later(sent_on, deeds, "sent_on")
        held = _party_of(row)
        _refuse_second(row)
        place = _place_to_go(row, to_organisation, held) if to_organisation else None
        if place is None and not to_text.strip():
            raise DomainError("where_to", _("请写明转往哪里：选本单位的支部，或写外单位名称。"), field="to_text")
        return Transfer.objects.create(
            person=row,
            from_organisation=held.organisation,
            to_organisation=place,
            to_text="" if place else to_text.strip(),
            document_number=document_number.strip(),
            sent_on=sent_on,
            due_on=_due(sent_on, due_on),
        ).uuid


def receive_transfer(*, transfer: UUID, received_on: date, receipt_number: str, actor: Viewer, now: datetime) -> None:
    """The receipt has come: the old membership ends the day before, the new one, if it is here, begins on that day."""
    with writing(actor, "receive_transfer"):
        deeds, row = Deeds(actor, now), _on_the_way(transfer)
        refuse_later(received_on, deeds, "received_on")
        if received_on < row.sent_on:
            raise DomainError("dates_crossed", _("接收日期早于转出日期，请核对。"), field="received_on")
        row.received_on, row.receipt_number = received_on, receipt_number.strip()
        row.save(update_fields=["received_on", "receipt_number"])
        with system_scope(reason="a transfer ends at one branch and begins at another; each sees only its own half"):
            _hand_over(row, deeds)
            keep_in_step(deeds.people, actor=actor)
            index_people(deeds.people)


def cancel_transfer(*, transfer: UUID, cancelled_on: date, actor: Viewer, now: datetime) -> None:
    """It did not come about; the old membership goes on as it was."""
    with writing(actor, "cancel_transfer"):
        row = _on_the_way(transfer)
        refuse_later(cancelled_on, Deeds(actor, now), "cancelled_on")
        row.cancelled_on = cancelled_on
        row.save(update_fields=["cancelled_on"])


def transfer_person(
    *, person: UUID, to_organisation: UUID, valid_from: date, receipt_number: str = "", actor: Viewer, now: datetime
) -> UUID:
    """A transfer inside the unit, sent and received on one day."""
    with writing(actor, "transfer_person"):
        transfer = open_transfer(
            person=person, to_organisation=to_organisation, sent_on=valid_from, actor=actor, now=now
        )
        receive_transfer(transfer=transfer, received_on=valid_from, receipt_number=receipt_number, actor=actor, now=now)
        return transfer


def begin_mobility(
    *,
    person: UUID,
    direction: str,
    valid_from: date,
    place: str,
    contact_branch: str,
    expected_back: date | None = None,
    actor: Viewer,
    now: datetime,
) -> UUID:
    """流动党员, away from his branch (out) or with us from elsewhere (in), or 出国（境） (abroad), from a day on."""
    with writing(actor, "begin_mobility"):
        if direction not in DIRECTIONS:
            raise DomainError("unknown_direction", _("请选择方向：流出、流入或出国（境）。"), field="direction")
        if direction == "abroad" and not place.strip():
            raise DomainError("where_to", _("请写明去往哪个国家（地区）。"), field="place")
        if expected_back is not None and expected_back < valid_from:
            raise DomainError("dates_crossed", _("预计回来的日期早于出去的日期，请核对。"), field="expected_back")
        row = held_person(person)
        refuse_later(valid_from, Deeds(actor, now), "valid_from")
        if Mobility.objects.filter(person=row, direction=direction, valid_to__isnull=True).exists():
            words = _("%(name)s已登记“%(way)s”，还没有结束。")
            raise DomainError("away_already", words % {"name": row.name, "way": DIRECTIONS[direction]})
        return Mobility.objects.create(
            person=row,
            direction=direction,
            valid_from=valid_from,
            place=place.strip(),
            contact_branch=contact_branch.strip(),
            expected_back=expected_back,
        ).uuid


def end_mobility(*, mobility: UUID, last_day: date, actor: Viewer, now: datetime) -> None:
    """He is back, or has left again."""
    with writing(actor, "end_mobility"):
        held = Mobility.objects.select_for_update(of=("self",), no_key=True)
        row = held.filter(uuid=mobility, valid_to__isnull=True).first()
        if row is None:
            raise not_found()
        refuse_later(last_day, Deeds(actor, now), "last_day")
        end(row, last_day, Deeds(actor, now))


def record_contact(*, person: UUID, checked_on: date, method: str, reached: bool, actor: Viewer, now: datetime) -> None:
    """One attempt to be in touch. The second failed one in a row tells those who open a case, in one transaction."""
    with writing(actor, "record_contact"):
        deeds, row = Deeds(actor, now), held_person(person)
        refuse_later(checked_on, deeds, "checked_on")
        if method not in CONTACT_METHODS or method == "self":
            raise DomainError("unknown_method", _("请选择联系方式。"), field="method")
        _write_check(row, checked_on, method, reached, deeds)
        if not reached:
            _tell_if_lost(row, deeds)


def confirm_own_contact(*, user: UUID, actor: Viewer, now: datetime) -> None:
    """The person says himself that he can be reached; nobody does it in his place."""
    with writing(actor, "confirm_own_contact"):
        deeds = Deeds(actor, now)
        row = people_held().filter(user__uuid=user).first()
        if row is None or actor.uuid != user:
            raise not_found()
        if not may_be_asked(row.pk, on=deeds.today):
            raise DomainError("not_asked", _("您不是本单位的在册党员，不用确认。"))
        _write_check(row, deeds.today, "self", True, deeds)


def _write_check(row: Person, day: date, method: str, reached: bool, deeds: Deeds) -> None:
    ContactCheck.objects.create(
        person=row,
        checked_on=day,
        method=method,
        outcome="confirmed" if reached else "failed",
        by=user_of(deeds.actor),
        recorded_at=deeds.now,
    )
    row.contacted_on, row.unreached = last_contact(row.pk), len(failed_since(row.pk))
    row.save(update_fields=["contacted_on", "unreached"])


def _tell_if_lost(row: Person, deeds: Deeds) -> None:
    failed = failed_since(row.pk)
    if len(failed) != ATTEMPTS:
        return
    held = _party_of(row)
    on_contact_lost.call(LostContact(row.uuid, held.organisation.uuid, tuple(failed)), deeds.actor, deeds.now)


def _party_of(row: Person) -> Membership:
    held = Membership.objects.filter(person=row, kind=MembershipKind.PARTY.value, valid_to__isnull=True)
    found = held.select_related("organisation__node", "person").order_by("-valid_from").first()
    if found is None:
        raise DomainError("no_branch", _("%(name)s现在没有组织关系在本单位。") % {"name": row.name})
    return found


def _place_to_go(row: Person, organisation: UUID, held: Membership) -> Organisation:
    with system_scope(reason="the branch to which somebody goes may be out of sight of the one that he leaves"):
        place = get_organisation(organisation)
    if place.top_id != row.top_id:
        raise not_found()
    if place.pk == held.organisation_id:
        raise DomainError("there_already", _("组织关系已在这个支部，不用转接。"), field="to_organisation")
    return place


def _refuse_second(row: Person) -> None:
    if Transfer.objects.filter(person=row, received_on__isnull=True, cancelled_on__isnull=True).exists():
        words = _("%(name)s已有一次转接在途，请先登记接收或撤回。") % {"name": row.name}
        raise DomainError("on_the_way_already", words)


def _due(sent_on: date, due_on: date | None) -> date:
    due = due_on or sent_on + LETTER
    if due < sent_on:
        raise DomainError("dates_crossed", _("有效期早于转出日期，请核对。"), field="due_on")
    return due


def _on_the_way(transfer: UUID) -> Transfer:
    rows = Transfer.objects.select_for_update(of=("self", "person"), no_key=True)
    rows = rows.select_related("person", "from_organisation__node", "to_organisation__node")
    row = rows.filter(uuid=transfer).first()
    if row is None:
        raise not_found()
    if row.received_on is not None or row.cancelled_on is not None:
        raise DomainError("transfer_over", _("这次转接已经办结，不能再改。"))
    return row


def _hand_over(row: Transfer, deeds: Deeds) -> None:
    assert row.received_on is not None
    held = _party_of(row.person)
    place = row.to_organisation
    if place is not None:
        refuse_membership(row.person.top_id, place, MembershipKind.PARTY.value, row.received_on, deeds)
    words = {"reason": "transferred", "receipt_number": row.receipt_number}
    finish(held, row.received_on - DAY, deeds, went_to=place.name if place else row.to_text, **words)
    if place is not None:
        write_membership(
            row.person,
            place,
            MembershipKind.PARTY.value,
            row.received_on,
            deeds,
            came_from=held.organisation.name,
            receipt_number=row.receipt_number,
        )
