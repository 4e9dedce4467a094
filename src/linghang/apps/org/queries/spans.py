"""Spans of the roster for whole lists."""

from datetime import date

from django.db.models import QuerySet

from linghang.apps.org.models import RosterSpan
from linghang.apps.org.queries.dated import covers
from linghang.ui.web.scope import current_scope


def spans_in_sight(on: date) -> QuerySet[RosterSpan]:
    """Spans of a day at the places of the open scope. A list is of places, so it does not ask of each row whose it is:
    that would join every row with its person and his account."""
    return RosterSpan._base_manager.filter(current_scope().condition("node__path"), covers(on))
