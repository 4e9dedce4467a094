"""Cases about somebody who was entered twice go along with the entry that is kept."""

from datetime import datetime
from typing import Any
from uuid import UUID

from linghang.apps.loops.models import Case
from linghang.apps.loops.people import person_key
from linghang.ui.web.viewer import Viewer


def carry_cases(kept: UUID, gone: UUID, actor: Viewer, now: datetime) -> list[str]:  # noqa: ARG001  as every such hook is called
    """Cases about the double are about the other now; returns which."""
    rows = Case.objects.filter(subject__uuid=gone).order_by("pk")
    found = [str(uuid) for uuid in rows.values_list("uuid", flat=True)]
    rows.update(subject_id=person_key(kept))
    return found


def give_cases_back(kept: UUID, gone: UUID, carried: Any, actor: Viewer, now: datetime) -> None:  # noqa: ARG001  as every such hook is called
    """The same cases are about the double again."""
    Case.objects.filter(uuid__in=carried, subject__uuid=kept).update(subject_id=person_key(gone))
