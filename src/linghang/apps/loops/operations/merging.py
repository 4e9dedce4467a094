"""Cases about somebody who was entered twice go along with the entry that is kept."""

from collections.abc import Collection

from linghang.apps.loops.models import Case
from linghang.apps.loops.people import person_key
from linghang.apps.org.data.hooks import Merge


def carry_cases(merge: Merge) -> list[str]:
    """Cases about the double are about the other now; returns which."""
    rows = Case.objects.filter(subject__uuid=merge.gone).order_by("pk")
    found = [str(uuid) for uuid in rows.values_list("uuid", flat=True)]
    rows.update(subject_id=person_key(merge.kept))
    return found


def give_cases_back(merge: Merge, carried: Collection[str]) -> None:
    """The same cases are about the double again."""
    Case.objects.filter(uuid__in=carried, subject__uuid=merge.kept).update(subject_id=person_key(merge.gone))
