"""The front page of each post: what its holder has to do first, then what he is responsible for, then news."""

from collections.abc import Callable
from typing import Any

from linghang.apps.portal.homes.inspector import inspector_home
from linghang.apps.portal.homes.leader import leader_home
from linghang.apps.portal.homes.member import member_home
from linghang.apps.portal.homes.officer import officer_home
from linghang.apps.portal.homes.secretary import secretary_home
from linghang.ui.web.request import Request

HOMES: dict[str, tuple[str, Callable[[Request], Any]]] = {
    "officer": ("portal/homes/officer.html", officer_home),
    "secretary": ("portal/homes/secretary.html", secretary_home),
    "organiser": ("portal/homes/secretary.html", secretary_home),
    "leader": ("portal/homes/leader.html", leader_home),
    "inspector": ("portal/homes/inspector.html", inspector_home),
    "member": ("portal/homes/member.html", member_home),
}


def home_for(request: Request) -> tuple[str, Any]:
    """Template and data of the first post in the table that the viewer holds; ("", None) where there is none."""
    for role, (template, query) in HOMES.items():
        if role in request.viewer.roles:
            return template, query(request)
    return "", None


__all__ = ["HOMES", "home_for"]
