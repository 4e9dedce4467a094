"""In which party group (党小组) somebody is."""

from datetime import date
from uuid import UUID

from linghang.apps.org.models import RosterSpan
from linghang.apps.org.queries.dated import covers
from linghang.ui.web.scope import system_scope


def group_path_of(person: UUID, *, on: date) -> str:
    """The place of the person's party group on a day, "" without one; says nothing of him beyond that."""
    with system_scope(reason="whether a group leader's group is the person's is asked before anything of him is shown"):
        spans = RosterSpan.objects.filter(covers(on), person__uuid=person, group__isnull=False)
        return spans.values_list("group__node__path", flat=True).first() or ""
