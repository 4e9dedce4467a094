"""青年理论学习小组: when a study group came together, what it read, how many signed in."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from linghang.apps.ledger.data.occasions import Occasion, occasions
from linghang.apps.ledger.models import Fact, Text
from linghang.apps.ledger.queries.pages_words import kinds_on
from linghang.apps.org.data.links import Counted
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries import links_of
from linghang.engine.points import UNIT

STUDY_GROUP = "study-group"


@dataclass(frozen=True)
class SessionLine:
    """One session: `signed` is how many signed in, `title` what was read."""

    fact: UUID
    event: UUID | None
    day: date
    signed: int
    title: str


def sign_in_of(on: date) -> Occasion | None:
    """The occasion at which members of a study group sign in; None where the pack in force has none."""
    kinds = pack_in_force(on=on).links.values()
    counted = {kind.quota.counts for kind in kinds if kind.quota and STUDY_GROUP in kind.left}
    found = occasions(kinds_on(on)).values()
    return next((one for one in found if one.host and one.host.id in counted and one.member), None)


def sessions_of(organisation: UUID, *, occasion: Occasion, most: int) -> tuple[list[SessionLine], int]:
    """The latest sessions of a group inside the open scope, and how many there were."""
    kind = occasion.host.id if occasion.host else ""
    facts = Fact.objects.filter(subject__uuid=organisation, kind=kind, standing__isnull=False)
    rows = list(facts.select_related("event").order_by("-occurred_on", "-pk")[:most])
    titles = _titles(rows)
    lines = [
        SessionLine(
            row.uuid,
            row.event.uuid if row.event else None,
            row.occurred_on,
            row.quantity // UNIT,
            titles.get(("fact", row.pk)) or titles.get(("event", row.event_id or 0), ""),
        )
        for row in rows
    ]
    return lines, facts.count()


def _titles(rows: list[Fact]) -> dict[tuple[str, int], str]:
    beside = Q(fact__in=[row.pk for row in rows]) | Q(event__in=[row.event_id for row in rows if row.event_id])
    found = Text.objects.filter(beside, field="title").values_list("fact_id", "event_id", "text")
    return {("fact", fact) if fact else ("event", event): text for fact, event, text in found}


def standing_of(organisation: UUID, *, on: date) -> tuple[str, Counted | None]:
    """The branch that a group belongs to by its link, and whether it came together often enough lately."""
    for line in links_of(organisation, on=on):
        if line.counted is not None and line.left.uuid == organisation:
            return line.right.name, line.counted
    return "", None
