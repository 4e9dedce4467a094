"""Who or what records speak of."""

from uuid import uuid4

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q

from linghang.apps.ledger.data.subjects import SUBJECT_TYPES
from linghang.ui.web.scope import ScopedManager

STANDS_FOR = ("person", "organisation", "area")


def _one_of(*fields: str) -> Q:
    """Exactly one of the fields is set."""
    one = Q()
    for given in fields:
        one |= Q(**{f"{field}__isnull": field != given for field in fields})
    return one


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class Subject(models.Model):
    """A person, an organisation, an area, or a thing that an upper room registers (project, task, idea …).

    A subject that stands for a row of `org` has that row's uuid and takes name, code, place and dates from it: what
    is there changes here, too. Only subjects of their own carry `code`, `label` and `node`.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    type = models.CharField(max_length=20)
    top = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    person = models.OneToOneField("org.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.OneToOneField(
        "org.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    area = models.OneToOneField("org.Area", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    node = models.ForeignKey("access.ScopeNode", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40, blank=True)
    label = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    objects = ScopedManager(
        "person__node__path",
        "organisation__node__path",
        "area__node__path",
        "node__path",
        owner="person__user__uuid",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(type__in=sorted(SUBJECT_TYPES)), name="subject_known_type"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="subject_dates_in_order",
            ),
            models.CheckConstraint(condition=_one_of(*STANDS_FOR, "node"), name="subject_one_standing"),
            models.UniqueConstraint(fields=["top", "type", "code"], condition=~Q(code=""), name="subject_code_once"),
        ]
        triggers = [pgtrigger.ReadOnly(name="same_thing", fields=["uuid", "top", *STANDS_FOR])]

    def __str__(self) -> str:
        return self.label or str(self.uuid)
