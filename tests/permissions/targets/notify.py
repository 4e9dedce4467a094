from typing import Any

from linghang.apps.access.tests.world import NOW
from linghang.apps.notify.models import Notice
from tests.permissions.targets.cell import Cell, Maker


def _notice(cell: Cell) -> dict[str, Any]:
    notice = Notice.objects.create(user=cell.owner, kind="test", text="测试", link="/", created_at=NOW)
    return {"uuid": notice.uuid}


OBJECTS: dict[str, Maker] = {"notify:open": _notice}
