"""Whether anything is there yet, inside the open scope."""

from linghang.apps.org.data import KINDS
from linghang.apps.org.models import Membership, Organisation

_BRANCHES = [kind for kind, info in KINDS.items() if info.members]


def anybody_belongs() -> bool:
    """False until the first person is on a roster."""
    return Membership.objects.exists()


def any_branch() -> bool:
    """False until there is an organisation that has members."""
    return Organisation.objects.filter(kind__in=_BRANCHES).exists()
