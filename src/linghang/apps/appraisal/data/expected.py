"""预计: what an open month would give with what is recorded now. Nothing is decided by it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linghang.engine.periods import Month


@dataclass(frozen=True)
class ExpectedLine:
    """One subject's open month by one scheme. `counted`, `total`, `missing` are hundredths, None where there is none.

    `total` is that of the grade's span so far; `unknown` names what cannot be known before the recording is closed.
    `as_of` is the last pass over all records, `seq` how far the chain of his place had come in it.
    """

    subject: UUID
    scheme: str
    scheme_title: str
    month: Month
    exempt: bool
    counted: int | None
    unknown: tuple[str, ...]
    span: str
    total: int | None
    band: str
    next_band: str
    missing: int | None
    graded: bool
    pack: str
    as_of: datetime
    seq: int


@dataclass(frozen=True)
class StarCell:
    """One span of a branch's history: its band and total, final or expected; `url` opens the lines."""

    label: str
    band: str
    total: int | None
    final: bool
    url: str
    certificate: str = ""


@dataclass(frozen=True)
class LatestLine:
    """One line that counted in the open month, the newest record first; hundredths."""

    day: str
    words: str
    counted: int
    why: str
    url: str


@dataclass(frozen=True)
class Passed:
    """What one pass did: how many subjects were made anew, and whether everything was."""

    subjects: int
    whole: bool = False
