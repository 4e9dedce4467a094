"""Records that the pages of this room show."""

from dataclasses import dataclass
from datetime import datetime

PUBLIC_FIELDS: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True)
class ReadLine:
    """One reading: when, by whom, which page, by what it was filtered, how many rows it stood for."""

    at: datetime
    reader: str
    page: str
    filters: str
    count: int | None
    of_person: bool
    reason: str
