"""Cutting a person's dated rows into spans in which nothing changes. Pure: rows in, spans out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
FOREVER = date.max


@dataclass(frozen=True)
class Held:
    """What holds from one day to another, both included; `track` is one of those of a `Span`."""

    track: str
    value: int | str
    since: date
    until: date | None


@dataclass(frozen=True)
class Span:
    """What the roster says of a person over some days: keys of organisations, words of the other two."""

    since: date
    until: date | None
    branch: int | None = None
    unit: int | None = None
    group: int | None = None
    standing: str = ""
    person_class: str = ""

    @property
    def home(self) -> int:
        """The branch, else the unit; a span has one of them."""
        home = self.branch if self.branch is not None else self.unit
        assert home is not None
        return home


def spans_of(rows: Sequence[Held]) -> list[Span]:
    """Spans in order of days, only those with a branch or a unit; neighbours that say the same are one."""
    cuts = sorted({row.since for row in rows} | {row.until + DAY for row in rows if row.until is not None})
    pieces = (_piece(rows, first, last) for first, last in zip(cuts, [*cuts[1:], None], strict=False))
    return _joined(piece for piece in pieces if piece is not None)


def _piece(rows: Sequence[Held], first: date, after: date | None) -> Span | None:
    here = {row.track: row.value for row in rows if row.since <= first <= (row.until or FOREVER)}
    if "branch" not in here and "unit" not in here:
        return None
    return Span(first, after - DAY if after else None, **here)  # type: ignore[arg-type]  # tracks are the field names


def _joined(spans: Iterable[Span]) -> list[Span]:
    done: list[Span] = []
    for span in spans:
        last = done[-1] if done else None
        if last is not None and last.until == span.since - DAY and _says(last) == _says(span):
            done[-1] = Span(last.since, span.until, *_says(span))  # type: ignore[arg-type]  # as in the fields
        else:
            done.append(span)
    return done


def _says(span: Span) -> tuple[object, ...]:
    return (span.branch, span.unit, span.group, span.standing, span.person_class)
