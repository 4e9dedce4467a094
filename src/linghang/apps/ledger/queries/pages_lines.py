"""Records as rows of a list, in words."""

from collections.abc import Sequence
from datetime import date

from linghang.apps.ledger.data.pages import REVERSAL, REVERSED, STANDING, FactLine
from linghang.apps.ledger.data.subjects import SUBJECT_TYPES
from linghang.apps.ledger.models import Fact
from linghang.apps.ledger.queries.pages_words import attribute_words, kind_title, kinds_on, quantity_words
from linghang.apps.ledger.queries.subjects import code_of, label_of
from linghang.ui.web.clock import day_of

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


SHOWN = (  # a page has twenty-five records of nine tables: whole rows of these take longer to make than to find
    *("uuid", "kind", "occurred_on", "quantity", "attributes", "recorded_at", "reverses_id", "source"),
    *("subject__uuid", "subject__type", "subject__label", "subject__code"),
    *(f"subject__{end}__{name}" for end in ("person", "organisation", "area") for name in ("name", "code")),
    *("event__uuid", "event__number", "node__label", "home__label", "recorded_by__display_name", "standing__fact_id"),
)


def fact_lines(keys: Sequence[int]) -> list[FactLine]:
    """The records with these keys that lie inside the open scope, in the order of the keys."""
    rows = Fact.objects.select_related(*ALONG).only(*SHOWN).in_bulk(list(keys)) if keys else {}
    return [line_of(rows[key]) for key in keys if key in rows]


def line_of(row: Fact) -> FactLine:
    """Needs `ALONG` selected along."""
    kinds = kinds_on(row.occurred_on)
    kind = kinds.get(row.kind)
    recorded_on = day_of(row.recorded_at)
    return FactLine(
        uuid=row.uuid,
        kind=row.kind,
        title=kind_title(kinds, row.kind),
        subject=row.subject.uuid,
        subject_label=label_of(row.subject),
        subject_code=code_of(row.subject),
        subject_type=str(SUBJECT_TYPES[row.subject.type]),
        day=row.occurred_on,
        words=attribute_words(kind, row.attributes),
        quantity=quantity_words(kind, row.quantity),
        place=row.node.label,
        home=row.home.label if row.home and row.home_id != row.node_id else "",
        recorder=row.recorded_by.display_name if row.recorded_by else "",
        recorded_at=row.recorded_at,
        recorded_on=recorded_on,
        late=days_late(row.occurred_on, recorded_on),
        state=state_of(row),
        event=row.event.uuid if row.event else None,
        number=row.event.number if row.event else "",
        source=row.source,
    )


def state_of(row: Fact) -> str:
    if row.reverses_id is not None:
        return REVERSAL
    return STANDING if hasattr(row, "standing") else REVERSED


def days_late(happened: date, recorded: date) -> int:
    """0 on the same day."""
    return max(0, (recorded - happened).days)
