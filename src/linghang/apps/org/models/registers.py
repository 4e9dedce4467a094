"""Registers: transfers of 组织关系, members on the move, contact checks. Dates and reminders, no document flow."""

from uuid import uuid4

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from linghang.apps.org.data.people import DIRECTIONS
from linghang.apps.org.models.dated import Dated, StandingManager
from linghang.apps.org.models.organisations import Organisation
from linghang.apps.org.models.people import Person
from linghang.ui.web.scope import ScopedManager


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class Transfer(models.Model):
    """转接登记: sent on a day, to be received by `due_on`; until then the old branch stays responsible.

    Either side may be an organisation of this installation or only words.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="transfers")
    from_organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    from_text = models.CharField(max_length=120, blank=True)
    to_organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    to_text = models.CharField(max_length=120, blank=True)
    document_number = models.CharField(max_length=60, blank=True)
    sent_on = models.DateField()
    due_on = models.DateField()
    received_on = models.DateField(null=True, blank=True)
    receipt_number = models.CharField(max_length=60, blank=True)
    cancelled_on = models.DateField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    objects = StandingManager(
        "person__node__path",
        "from_organisation__node__path",
        "to_organisation__node__path",
        owner="person__user__uuid",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(received_on__isnull=True, cancelled_on__isnull=True, voided_at__isnull=True),
                name="transfer_one_on_the_way",
            ),
            models.CheckConstraint(
                condition=Q(to_organisation__isnull=False) | ~Q(to_text=""), name="transfer_goes_somewhere"
            ),
            models.CheckConstraint(
                condition=Q(received_on__isnull=True) | Q(received_on__gte=models.F("sent_on")),
                name="transfer_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.sent_on}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class Mobility(Dated):
    """流动党员: away from his branch, or with us from elsewhere; which branch keeps in touch. No address is kept.

    出国（境） is a direction of its own: `place` is the country or region, `expected_back` the day that he named.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mobility")
    direction = models.CharField(max_length=6)
    place = models.CharField(max_length=60, blank=True)
    contact_branch = models.CharField(max_length=120, blank=True)
    expected_back = models.DateField(null=True, blank=True)

    objects = StandingManager("person__node__path", owner="person__user__uuid")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(direction__in=sorted(DIRECTIONS)), name="mobility_direction")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.direction}"


class ContactCheck(models.Model):
    """One attempt to be in touch: the person confirmed, or nobody reached him. Never changed afterwards."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contact_checks")
    checked_on = models.DateField()
    method = models.CharField(max_length=12)
    outcome = models.CharField(max_length=10)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = ScopedManager("person__node__path", owner="person__user__uuid")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=["confirmed", "failed"]), name="contactcheck_outcome"),
            models.CheckConstraint(
                condition=Q(method__in=["self", "phone", "visit", "message"]), name="contactcheck_method"
            ),
        ]
        indexes = [models.Index(fields=["person", "-checked_on"], name="contactcheck_last")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="never_emptied",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'contact checks are never emptied';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.checked_on}"
