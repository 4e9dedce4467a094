"""Records that were taken back: of whom, of which day, and when."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from linghang.apps.ledger.models import Fact
from linghang.ui.web.scope import system_scope

WHY = "whether a correction is one says nothing of a record but that it was taken back; the caller saw the correction"


def taken_back(subjects: Collection[UUID], first: date, last: date) -> list[tuple[UUID, date, datetime]]:
    """Subject, day and moment of taking back for each record of the subjects from `first` to `last`; one statement.

    The caller has read the subjects' results inside his scope.
    """
    with system_scope(reason=WHY):
        found = Fact.objects.filter(
            subject__uuid__in=subjects, occurred_on__range=(first, last), reversal__isnull=False
        ).values_list("subject__uuid", "occurred_on", "reversal__recorded_at")
        return list(found)
