"""Of whom something was recorded in some days: for what looks thin before a branch closes its month."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from linghang.apps.ledger.models import Fact
from linghang.ui.web.scope import system_scope


def subjects_with_records(subjects: Collection[UUID], *, since: date, until: date) -> set[UUID]:
    """Those of the subjects, read by the caller inside his scope, with a standing record between two days."""
    with system_scope(reason="whether there is a record of somebody in one's own branch, wherever it happened"):
        rows = Fact.objects.filter(
            subject__uuid__in=set(subjects), occurred_on__range=(since, until), standing__isnull=False
        )
        return set(rows.values_list("subject__uuid", flat=True).distinct())
