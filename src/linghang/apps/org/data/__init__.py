"""Types as tables, and the records that other rooms get from `org`."""

from linghang.apps.org.data.organisations import (
    KINDS,
    DatedEvent,
    Family,
    Kind,
    KindInfo,
    OrganisationCard,
    OrganisationLine,
)
from linghang.apps.org.data.people import PersonNumbers

PUBLIC_FIELDS = {
    "Organisation": ("uuid", "type", "name", "short_name", "code", "node"),
    "Person": ("uuid", "name", "node", "user"),
}

__all__ = [
    "KINDS",
    "PUBLIC_FIELDS",
    "DatedEvent",
    "Family",
    "Kind",
    "KindInfo",
    "OrganisationCard",
    "OrganisationLine",
    "PersonNumbers",
]
