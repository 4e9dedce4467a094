"""People: who they are. What changes in a person's life is dated, in tables of its own."""

from uuid import uuid4

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from linghang.ui.web.scope import ScopedManager
from linghang.ui.web.sealed import SealedTextField

NUMBERS = ("phone", "id_number")


# the history says that somebody set numbers and when, never which: a sealed value in it could not be sealed anew
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    exclude=[*NUMBERS, *(f"{name}_lookup" for name in NUMBERS)],
    append_only=True,
)
class Person(models.Model):
    """One person, with or without an account. Telephone and ID number are optional, encrypted, and found by a hash."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    top = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=60)
    phone = SealedTextField(null=True)
    phone_lookup = models.CharField(max_length=64, blank=True, db_index=True)
    id_number = SealedTextField(null=True)
    id_number_lookup = models.CharField(max_length=64, blank=True)
    numbers_set_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager("node__path", owner="user__uuid")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["top", "id_number_lookup"], condition=~Q(id_number_lookup=""), name="person_id_number_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
