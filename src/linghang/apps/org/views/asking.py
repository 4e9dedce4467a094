"""What several pages of this room read from an address."""

from datetime import date
from uuid import UUID

from linghang.ui.web.request import Request


def day_asked(request: Request) -> date:
    """The day that a page speaks of: `?on=2026-06-30`, never later than today; today without one."""
    try:
        day = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return request.today
    return min(day, request.today)


def uuid_asked(request: Request, name: str) -> UUID | None:
    """An id in the address, or None when there is none that could be one."""
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def partial_of(request: Request) -> str:
    """Only the rows when the filter bar asks for them."""
    return "#rows" if request.htmx and not request.htmx.boosted else ""
