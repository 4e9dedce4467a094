"""Records as rows of a list, in words."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from linghang.apps.ledger.data.pages import REVERSAL, REVERSED, STANDING, FactLine
from linghang.apps.ledger.data.subjects import SUBJECT_TYPES
from linghang.apps.ledger.models import Fact
from linghang.apps.ledger.queries.pages_words import attribute_words, kind_title, kinds_on, quantity_words
from linghang.apps.ledger.queries.subjects import code_of, label_of
from linghang.ui.web.clock import day_of
from linghang.ui.web.kept import kept_rows
from linghang.ui.web.paging import PER_PAGE

ALONG = (
    "subject__person",
    "subject__organisation",
    "subject__area",
    "event",
    "node",
    "home",
    "recorded_by",
    "standing",
)
_ENDS = ("person", "organisation", "area")
_COLUMNS = (
    *("pk", "uuid", "kind", "occurred_on", "quantity", "attributes", "recorded_at", "reverses_id", "source"),
    *("subject__uuid", "subject__type", "node_id", "node__label", "home_id", "home__label", "event__uuid"),
    *("event__number", "recorded_by__display_name", "standing__fact_id"),
    *(f"subject__{end}__name" for end in _ENDS),
    *("subject__label", *(f"subject__{end}__code" for end in _ENDS), "subject__code"),
)


class _Row(NamedTuple):
    """What a line needs of a record and the tables around it: columns, since nine rows of models take longer to make
    than to find. The subject is called what it stands for."""

    uuid: UUID
    kind: str
    occurred_on: date
    quantity: int
    attributes: Mapping[str, str]
    recorded_at: datetime
    reverses: int | None
    source: str
    subject: UUID
    subject_type: str
    node: int
    place: str
    home: int | None
    home_label: str | None
    event: UUID | None
    number: str | None
    recorder: str | None
    standing: int | None
    label: str
    code: str


def fact_lines(keys: Sequence[int]) -> list[FactLine]:
    """The records with these keys that lie inside the open scope, in the order of the keys."""
    found = dict(_lines(keys)) if keys else {}
    return [found[key] for key in keys if key in found]


def _lines(keys: Sequence[int]) -> Iterable[tuple[int, FactLine]]:
    for key, *values in _page(keys) if len(keys) <= PER_PAGE else _shown(keys):
        names, codes = values[18:22], values[22:26]
        at = next((n for n, name in enumerate(names) if name is not None), 3)
        yield key, _line(_Row._make((*values[:18], names[at] or "", codes[at] or "")))


def _page(keys: Sequence[int]) -> Iterable[tuple[Any, ...]]:
    """Eleven tables beside each other are planned once for all pages; what Django makes of a column is made here."""
    at = _COLUMNS.index("attributes")
    for row in kept_rows(_shown, given=tuple(keys), one_plan=True):
        yield *row[:at], json.loads(row[at]), *row[at + 1 :]


def _shown(keys: Sequence[int]) -> QuerySet[Fact, Any]:
    return Fact.objects.filter(pk__in=keys).values_list(*_COLUMNS)


def line_of(row: Fact) -> FactLine:
    """Needs `ALONG` selected along."""
    return _line(
        _Row(
            uuid=row.uuid,
            kind=row.kind,
            occurred_on=row.occurred_on,
            quantity=row.quantity,
            attributes=row.attributes,
            recorded_at=row.recorded_at,
            reverses=row.reverses_id,
            source=row.source,
            subject=row.subject.uuid,
            subject_type=row.subject.type,
            node=row.node_id,
            place=row.node.label,
            home=row.home_id,
            home_label=row.home.label if row.home else None,
            event=row.event.uuid if row.event else None,
            number=row.event.number if row.event else None,
            recorder=row.recorded_by.display_name if row.recorded_by else None,
            standing=row.standing.fact_id if hasattr(row, "standing") else None,
            label=label_of(row.subject),
            code=code_of(row.subject),
        )
    )


def _line(row: _Row) -> FactLine:
    kinds = kinds_on(row.occurred_on)
    kind = kinds.get(row.kind)
    recorded_on = day_of(row.recorded_at)
    return FactLine(
        uuid=row.uuid,
        kind=row.kind,
        title=kind_title(kinds, row.kind),
        subject=row.subject,
        subject_label=row.label,
        subject_code=row.code,
        subject_type=str(SUBJECT_TYPES[row.subject_type]),
        day=row.occurred_on,
        words=attribute_words(kind, row.attributes),
        quantity=quantity_words(kind, row.quantity),
        place=row.place,
        home=row.home_label or "" if row.home != row.node else "",
        recorder=row.recorder or "",
        recorded_at=row.recorded_at,
        recorded_on=recorded_on,
        late=days_late(row.occurred_on, recorded_on),
        state=_state(row),
        event=row.event,
        number=row.number or "",
        source=row.source,
    )


def _state(row: _Row) -> str:
    if row.reverses is not None:
        return REVERSAL
    return REVERSED if row.standing is None else STANDING


def days_late(happened: date, recorded: date) -> int:
    """0 on the same day."""
    return max(0, (recorded - happened).days)
