"""Whether anything is there yet, inside the open scope."""

from typing import Any

from django.db.models import QuerySet

from linghang.apps.org.data import KINDS
from linghang.apps.org.models import Organisation, RosterSpan
from linghang.ui.web.kept import kept_rows
from linghang.ui.web.scope import current_scope

_BRANCHES = [kind for kind, info in KINDS.items() if info.members]


def anybody_belongs() -> bool:
    """False until the first person is on a roster."""
    return bool(kept_rows(_anybody, one_plan=True))


def _anybody() -> QuerySet[RosterSpan, Any]:
    """By places alone: of each row whose it is need not be asked."""
    return RosterSpan._base_manager.filter(current_scope().condition("node__path")).values_list("pk")[:1]


def any_branch() -> bool:
    """False until there is an organisation that has members."""
    return Organisation.objects.filter(kind__in=_BRANCHES).exists()
