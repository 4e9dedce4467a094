from typing import Any
from uuid import uuid4

from linghang.apps.access.models import RoleGrant
from linghang.ui.web.scope import system_scope
from tests.permissions.targets.cell import Cell, Maker


def _account(cell: Cell) -> dict[str, Any]:
    return {"uuid": cell.owner.uuid}


def _post(cell: Cell) -> dict[str, Any]:
    with system_scope(reason="test"):
        grant = RoleGrant.objects.filter(user=cell.owner).first()
    return {"uuid": cell.owner.uuid, "grant": grant.uuid if grant else uuid4()}


OBJECTS: dict[str, Maker] = {
    "access:user-detail": _account,
    "access:grant": _account,
    "access:grant-end": _post,
    "access:user-state": _account,
    "access:unlock": _account,
    "access:mfa-reset": _account,
}

DATA: dict[str, Maker] = {"access:slips": lambda cell: {"user": str(cell.owner.uuid)}}
