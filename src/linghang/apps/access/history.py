"""The history of an account, read from the rows that the database's own triggers wrote."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from linghang.apps.access.data import ACTIONS, ROLES, Change
from linghang.apps.access.models import RoleGrant
from linghang.apps.access.queries import get_user

SHOWN = 30


def account_changes(uuid: UUID) -> list[Change]:
    """What was done to an account inside the open scope and to its posts there, the newest first, at most thirty.

    One operation may touch several rows; it is one line. A change without an operation was made outside the product.
    """
    user = get_user(uuid)
    posts = RoleGrant.objects.filter(user=user).values("pk")
    events = [*_events("UserEvent", pgh_obj=user), *_events("RoleGrantEvent", pgh_obj__in=posts)]
    events.sort(key=lambda event: event.pgh_created_at, reverse=True)
    lines: dict[object, Change] = {}
    for event in events:
        key = event.pgh_context_id or f"{event._meta.model_name}{event.pgh_id}"
        if key not in lines or not lines[key].note:
            lines[key] = _change(event)
    return list(lines.values())[:SHOWN]


def _events(model: str, **where: Any) -> list[Any]:
    history: type[Model] = apps.get_model("access", model)
    rows = history._default_manager.filter(**where).select_related("pgh_context").order_by("-pgh_id")
    return list(rows[: SHOWN * 2])


def _change(event: Any) -> Change:
    told: dict[str, str] = event.pgh_context.metadata if event.pgh_context else {}
    action = told.get("action", "")
    title = str(ACTIONS[action]) if action in ACTIONS else (action or _("系统之外的改动"))
    return Change(title, event.pgh_created_at, told.get("actor_name", ""), _post(event))


def _post(event: Any) -> str:
    if not hasattr(event, "role"):
        return ""
    since = date_format(event.valid_from, "DATE_FORMAT")
    until = date_format(event.valid_to, "DATE_FORMAT") if event.valid_to else _("长期")
    return f"{ROLES[event.role].label} · {since} – {until}"
