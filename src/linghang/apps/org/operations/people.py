"""People and their numbers."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linghang.apps.access.queries import get_user
from linghang.apps.org.data import PersonNumbers
from linghang.apps.org.models import Person
from linghang.apps.org.queries import get_organisation, get_person
from linghang.ui.web.clock import SHANGHAI
from linghang.ui.web.errors import DomainError
from linghang.ui.web.numbers import normal_id_number, normal_phone
from linghang.ui.web.reads import Reading
from linghang.ui.web.sealed import Sealed, lookup_hash
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

SHORTEST_REASON, LONGEST_REASON = 4, 200


def add_person(*, name: str, organisation: UUID, user: UUID | None = None, actor: Viewer) -> UUID:
    """A person of an organisation inside the open scope, without any number; `user` is his account, if he has one."""
    with writing(actor, "add_person"):
        place = get_organisation(organisation)
        account = get_user(user) if user else None
        return Person.objects.create(name=name.strip(), node=place.node, top=place.top, user=account).uuid


def set_numbers(*, person: UUID, phone: str, id_number: str, actor: Viewer, now: datetime) -> None:
    """Write both numbers, '' to remove one. The history says who did it, never the numbers."""
    with writing(actor, "set_numbers"):
        row = get_person(person)
        phone, id_number = normal_phone(phone), normal_id_number(id_number, on=now.astimezone(SHANGHAI).date())
        row.phone, row.phone_lookup = phone, lookup_hash("phone", phone)
        row.id_number, row.id_number_lookup = id_number, lookup_hash("id_number", id_number)
        row.numbers_set_at = now
        try:
            with transaction.atomic():
                row.save(update_fields=["phone", "phone_lookup", "id_number", "id_number_lookup", "numbers_set_at"])
        except IntegrityError as error:
            message = _("这个身份证号已登记在本单位另一个人名下，请核对；确是同一人的，请先合并。")
            raise DomainError("id_number_taken", message, field="id_number") from error


def reveal_numbers(*, person: UUID, reason: str, reading: Reading) -> PersonNumbers:
    """Both numbers in full, for a stated reason. `reading` are the notes of the request: the read log keeps the row."""
    if len(reason.strip()) < SHORTEST_REASON:
        words = _("查看完整号码须写明事由，本人能看到。请写清用途后再查看。")
        raise DomainError("reason_needed", words, field="reason")
    row = get_person(person)
    numbers = PersonNumbers(phone=_opened(row.phone), id_number=_opened(row.id_number))
    reading.persons.append(row.user.uuid if row.user else row.uuid)  # he sees it under his account
    reading.reason = reason.strip()[:LONGEST_REASON]
    return numbers


def _opened(value: Sealed | None) -> str:
    return value.open() if value else ""
