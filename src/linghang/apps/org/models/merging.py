"""Two entries of one person become one: what was carried, so that it can be taken apart again."""

from uuid import uuid4

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.apps.org.models.people import Person
from linghang.ui.web.scope import ScopedManager


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class PersonMerge(models.Model):
    """`gone` was entered a second time and became `kept`.

    `effects` are what happened to the rows of this room, `carried` the records of rooms above that moved, by the name
    of the room: ids and closed words only.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges")
    gone = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merged_into")
    reason = models.CharField(max_length=200)
    effects = models.JSONField(default=list)
    carried = models.JSONField(default=dict)
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager("kept__node__path")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="personmerge_of_two"),
            models.UniqueConstraint(fields=["gone"], condition=Q(undone_at__isnull=True), name="personmerge_once"),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"
