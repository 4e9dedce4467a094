"""Rows that are changed one change after the other: whoever comes second waits and then sees what the first one did."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from linghang.apps.org.models import Organisation
from linghang.ui.web.errors import not_found


def held_organisation(uuid: UUID) -> Organisation:
    """The organisation inside the open scope, held until the transaction ends: its dates are written one by one."""
    rows = Organisation.objects.select_for_update(of=("self",), no_key=True).select_related("node")
    row = rows.filter(uuid=uuid).first()
    if row is None:
        raise not_found()
    return row


def hold(words: Iterable[str]) -> None:
    """Let nobody else hold the same words until the end of the transaction; sorted, so that none waits in a circle."""
    with connection.cursor() as cursor:
        for word in sorted(words):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [word])
