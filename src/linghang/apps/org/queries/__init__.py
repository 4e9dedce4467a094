"""Reads of this room: the tree and its people, inside the open scope, on any day."""

from linghang.apps.org.queries.organisations import (
    get_organisation,
    line_of,
    name_on,
    organisation_card,
    organisations,
    organisations_page,
)
from linghang.apps.org.queries.people import get_person, person_numbers, person_with_id_number, persons_with_phone

__all__ = [
    "get_organisation",
    "get_person",
    "line_of",
    "name_on",
    "organisation_card",
    "organisations",
    "organisations_page",
    "person_numbers",
    "person_with_id_number",
    "persons_with_phone",
]
