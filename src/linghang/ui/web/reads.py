"""What a request read: views note it, `audit` writes it down once the answer is ready.

A page on one person (file, statement, unmasking, export) notes that person: one row each. Any other page that shows
business data needs no call: its permission row says `reads=True` and the request leaves one row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.http import HttpRequest


@dataclass
class Reading:
    """Gathered during one request: number of rows shown, the filter in words, and persons whose file was opened.

    `progress_only`: the answer says no more than how far a job is; asking so every second fills no log.
    """

    count: int | None = None
    filters: dict[str, str] = field(default_factory=dict)
    persons: list[UUID] = field(default_factory=list)
    reason: str = ""
    progress_only: bool = False


def reading_of(request: HttpRequest) -> Reading:
    """The notes of this request; made empty at the first call."""
    reading: Reading | None = getattr(request, "_linghang_reading", None)
    if reading is None:
        reading = Reading()
        setattr(request, "_linghang_reading", reading)  # noqa: B010  a private note on a Django object has no typed place
    return reading


def note_list(request: HttpRequest, *, count: int, filters: Mapping[str, str] | None = None) -> None:
    """A list was shown: how many rows it stands for and by what it was filtered."""
    reading = reading_of(request)
    reading.count = count
    reading.filters = {name: value for name, value in (filters or {}).items() if value}


def note_person(request: HttpRequest, person: UUID, *, reason: str = "") -> None:
    """The file, the statement or an export of one person was opened; he will see this under 谁看过."""
    reading = reading_of(request)
    reading.persons.append(person)
    reading.reason = reason or reading.reason
