"""What this room shows on pages of others."""

from django.http import HttpRequest

from linghang.apps.notify.data import UNREAD
from linghang.apps.notify.queries import unread_count
from linghang.ui.web.once import once
from linghang.ui.web.viewer import NOBODY, Viewer


def bell(request: HttpRequest) -> int:
    """The number of unread messages, in the header of every page."""
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    person = viewer.uuid
    return once(request, UNREAD, lambda: unread_count(user=person)) if person else 0
