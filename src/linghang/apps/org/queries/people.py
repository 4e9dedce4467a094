"""Reading people inside the open scope."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from linghang.apps.org.data import PersonNumbers
from linghang.apps.org.models import Link, Membership, Mobility, Person, PersonClass, Post, Standing, Transfer
from linghang.ui.web.errors import not_found
from linghang.ui.web.numbers import mask_id, mask_phone, normal_id_number, normal_phone
from linghang.ui.web.sealed import Sealed, SealedUnreadableError, lookup_hash


def person_numbers(uuid: UUID) -> PersonNumbers:
    """Both numbers, masked; a number whose key is lost says so instead of stopping the page."""
    return numbers_of(get_person(uuid))


def numbers_of(row: Person) -> PersonNumbers:
    """Both numbers of a row, masked."""
    return PersonNumbers(phone=_masked(row.phone, mask_phone), id_number=_masked(row.id_number, mask_id))


def person_with_id_number(number: str, *, on: date) -> UUID | None:
    """Who has this ID number, inside the open scope; found by its hash, nothing is decrypted."""
    sought = lookup_hash("id_number", normal_id_number(number, on=on))
    return Person.objects.filter(id_number_lookup=sought).values_list("uuid", flat=True).first() if sought else None


def persons_with_phone(number: str) -> list[UUID]:
    """Who can be reached under this number, inside the open scope; a family may share one."""
    sought = lookup_hash("phone", normal_phone(number))
    found = Person.objects.filter(phone_lookup=sought).order_by("pk") if sought else Person.objects.none()
    return list(found.values_list("uuid", flat=True))


def get_person(uuid: UUID) -> Person:
    """The row itself, inside the open scope, for operations of this room."""
    row = Person.objects.select_related("user").filter(uuid=uuid).first()
    if row is None:
        raise not_found()
    return row


def life_of(person: UUID) -> list[UUID]:
    """The rows of this room that are about one person inside the open scope: his own, and all that is dated."""
    if not Person.objects.filter(uuid=person).exists():
        return []
    found = {person}
    for model in (Standing, PersonClass, Membership, Post, Transfer, Mobility):
        found |= set(model._default_manager.filter(person__uuid=person).values_list("uuid", flat=True))
    ends = Q(left_person__uuid=person) | Q(right_person__uuid=person)
    return sorted(found | set(Link.objects.filter(ends).values_list("uuid", flat=True)))


def _masked(value: Sealed | None, mask: Callable[[str], str]) -> str:
    try:
        return mask(value.open()) if value else ""
    except SealedUnreadableError:
        return _("读不出来")
