"""Taking back a whole event: each of its records is cancelled by one of its own."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.ledger.models import Event, Fact
from linghang.apps.ledger.operations.recording import account_key
from linghang.apps.ledger.operations.reversing import reverse_rows
from linghang.apps.ledger.operations.rows import Stamp
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

UNDO_MINUTES = 30
SHORTEST_REASON = 4


def undo_event(*, event: UUID, reason: str, actor: Viewer, now: datetime) -> int:
    """Cancel every standing record of one event inside the open scope; returns how many they were.

    Within `UNDO_MINUTES` of his own recording nobody is asked why: he saw his slip at once.
    """
    with writing(actor, "undo_event"):
        row = Event.objects.select_related("recorded_by").filter(uuid=event).first()
        if row is None:
            raise not_found()
        mine = row.recorded_by is not None and row.recorded_by.uuid == actor.uuid
        fresh = mine and now - row.recorded_at <= timedelta(minutes=UNDO_MINUTES)
        words = reason.strip() or (_("录入后随即撤回") if fresh else "")
        if len(words) < SHORTEST_REASON:
            raise DomainError("reason_needed", _("撤销记录须写明原因，至少四个字。"), field="reason")
        facts = list(
            Fact.objects.select_related("subject", "event").filter(event=row, standing__isnull=False).order_by("pk")
        )
        if not facts:
            raise DomainError("already_reversed", _("这次活动的记录已经全部撤销。"), status=409)
        stamp = Stamp(now, account_key(actor.uuid))
        return len(reverse_rows(facts, stamp, code="withdrawn", texts={"reason": words}))
