"""What this room shows on pages of others."""

from django.http import HttpRequest

from linghang.apps.notify.queries import unread_count
from linghang.ui.web.viewer import NOBODY, Viewer


def bell(request: HttpRequest) -> int:
    """The number of unread messages, in the header of every page."""
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    return unread_count(user=viewer.uuid) if viewer.uuid else 0
