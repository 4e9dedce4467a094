"""The read log: one row per request that read business data. The database itself refuses to change or empty it.

It is not the ledger (what happened) and not the history (who changed a row). Readers are kept as an id and a name of
that day, not as a foreign key: the log must not depend on what later becomes of an account.
"""

import pgtrigger
from django.db import models

from linghang.ui.web.scope import ScopedManager


class AccessLog(models.Model):
    """`path` is the place above everything that the request could see; `person` is set when one file was opened."""

    at = models.DateTimeField()
    reader = models.UUIDField()
    reader_name = models.CharField(max_length=60)
    page = models.CharField(max_length=80)
    top = models.UUIDField(null=True)
    path = models.CharField(max_length=200, blank=True, db_index=True)
    filters = models.JSONField(default=dict)
    count = models.PositiveIntegerField(null=True)
    person = models.UUIDField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = ScopedManager("path", owner="person")

    class Meta:
        indexes = [
            models.Index(fields=["-at"], name="accesslog_newest"),
            models.Index(fields=["person", "-at"], name="accesslog_person", condition=models.Q(person__isnull=False)),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="never_emptied",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'the read log is append-only: % is never emptied', TG_TABLE_NAME;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.page}"
