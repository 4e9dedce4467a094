"""What `django check --deploy --database default` says about this installation beyond Django's own checks."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

OWNS = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user"
SUPERUSER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"


@register(Tags.database, deploy=True)
def two_database_roles(
    *, app_configs: object = None, databases: Sequence[str] | None = None, **_more: Any
) -> list[CheckMessage]:
    """The server must not be able to change the structure of the database that it serves."""
    del app_configs
    return [message for alias in databases or () for message in _of(alias)]


def _of(alias: str) -> list[CheckMessage]:
    with connections[alias].cursor() as cursor:
        cursor.execute(OWNS)
        owned = cursor.fetchone()[0]
        cursor.execute(SUPERUSER)
        superuser = cursor.fetchone()[0]
    if not owned and not superuser:
        return []
    return [
        Error(
            f"应用所用的数据库角色{'是超级用户' if superuser else f'拥有 {owned} 张表'}，能够改动表结构和清空记录。",
            hint="另建一个应用角色，把它的地址给 database_url，把建表角色的地址给 database_owner_url。",
            id="linghang.E001",
        )
    ]
