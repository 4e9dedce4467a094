"""What the front page says on the first day, when nothing is there yet."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.access.data import Role
from linghang.apps.access.queries import any_place_exists
from linghang.ui.panels import Todo
from linghang.ui.web.viewer import NOBODY, Viewer


def first_steps(request: HttpRequest) -> Iterator[Todo]:
    """Whoever sets the installation up begins with the top organisation: accounts and posts hang on it."""
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    if viewer.has(Role.SYSTEM_ADMIN) and not any_place_exists():
        yield Todo(
            _("建立本单位的顶层组织"),
            reverse("org:create"),
            _("去建立"),
            note=_("先建党委（或党总支、党支部），再建下级组织和账号：账号和职务都挂在组织上。"),
        )
