"""People: who they are. What changes in a person's life is dated, in tables of its own."""

from typing import TypeVar
from uuid import uuid4

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from linghang.ui.web.scope import ScopedManager
from linghang.ui.web.sealed import SealedTextField

M = TypeVar("M", bound=models.Model)
NUMBERS = ("phone", "id_number")
DERIVED = ("search_text", "contacted_on", "unreached")


class PersonManager(ScopedManager[M]):
    """People inside the open scope whose entry was not taken back."""

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().filter(voided_at__isnull=True)


# the history says that somebody set numbers and when, never which: a sealed value in it could not be sealed anew
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    exclude=[*NUMBERS, *(f"{name}_lookup" for name in NUMBERS), *DERIVED],
    append_only=True,
)
class Person(models.Model):
    """One person, with or without an account. Telephone and ID number are optional, encrypted, and found by a hash.

    `node` is that of the branch he belongs to today, else of his unit; after he left, of the last one. `aliases` are
    former names and other spellings. `born_year` serves the age rule of youth groups and nothing else. `contacted_on`
    and `unreached` repeat the latest contact checks: the last confirmed day, and failed attempts since.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    top = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=60)
    code = models.CharField(max_length=40, blank=True)
    aliases = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    born_year = models.PositiveSmallIntegerField(null=True, blank=True)
    search_text = models.TextField(blank=True, editable=False)
    contacted_on = models.DateField(null=True, editable=False)
    unreached = models.PositiveSmallIntegerField(default=0, editable=False)
    phone = SealedTextField(null=True)
    phone_lookup = models.CharField(max_length=64, blank=True, db_index=True)
    id_number = SealedTextField(null=True)
    id_number_lookup = models.CharField(max_length=64, blank=True)
    numbers_set_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    objects = PersonManager("node__path", owner="user__uuid")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["top", "id_number_lookup"],
                condition=~Q(id_number_lookup="") & Q(voided_at__isnull=True),
                name="person_id_number_once",
            ),
            models.UniqueConstraint(
                fields=["top", "code"], condition=~Q(code="") & Q(voided_at__isnull=True), name="person_code_once"
            ),
        ]
        indexes = [models.Index(fields=["top", "name"], name="person_name")]

    def __str__(self) -> str:
        return self.name
