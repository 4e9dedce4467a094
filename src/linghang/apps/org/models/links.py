"""Areas that people answer for, dated links between any two of people, organisations and areas, categories."""

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from linghang.apps.org.data.links import AREA_KINDS, CATEGORIES
from linghang.apps.org.models.dated import IN_FORCE, Dated, StandingManager, days
from linghang.apps.org.models.organisations import Organisation
from linghang.apps.org.models.people import Person
from linghang.ui.web.scope import ScopedManager


def _once(name: str, left: str, right: str) -> ExclusionConstraint:
    """The same two ends have one link of a kind a day."""
    same = [(each, RangeOperators.EQUAL) for each in ("kind", left, right)]
    return ExclusionConstraint(name=name, expressions=[*same, (days(), RangeOperators.OVERLAPS)], condition=IN_FORCE)


_IN_ORDER = Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class Area(Dated):
    """A zone, a pioneer post, a key task or a branch's feature project. It belongs to an organisation."""

    kind = models.CharField(max_length=10)
    code = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=120)
    duties = models.CharField(max_length=400, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="areas")
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    top = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")

    objects = StandingManager("node__path")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=sorted(AREA_KINDS)), name="area_known_kind"),
            models.CheckConstraint(condition=_IN_ORDER, name="area_dates_in_order"),
            models.UniqueConstraint(
                fields=["top", "kind", "code"], condition=~Q(code="") & IN_FORCE, name="area_code_once"
            ),
        ]
        indexes = [models.Index(fields=["node", "kind"], name="area_of_node")]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class Link(Dated):
    """Who has to do with whom or what from one day to another; `kind` is one of the pack's kinds of links.

    `left_node` and `node` are the places of the left and the right end when the link was made: either side sees it.
    """

    kind = models.CharField(max_length=64)
    left_person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="links")
    left_organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="links")
    right_person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="linked")
    right_organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="linked")
    right_area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="linked")
    left_node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=400, blank=True)

    objects = StandingManager("node__path", "left_node__path", owner="left_person__user__uuid")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_IN_ORDER, name="link_dates_in_order"),
            models.CheckConstraint(
                condition=Q(left_person__isnull=False, left_organisation__isnull=True)
                | Q(left_person__isnull=True, left_organisation__isnull=False),
                name="link_one_left_end",
            ),
            models.CheckConstraint(
                condition=Q(right_person__isnull=False, right_organisation__isnull=True, right_area__isnull=True)
                | Q(right_person__isnull=True, right_organisation__isnull=False, right_area__isnull=True)
                | Q(right_person__isnull=True, right_organisation__isnull=True, right_area__isnull=False),
                name="link_one_right_end",
            ),
            *(
                _once(f"link_once_a_day_{name}", left, right)
                for name, left, right in (
                    ("pp", "left_person", "right_person"),
                    ("po", "left_person", "right_organisation"),
                    ("pa", "left_person", "right_area"),
                    ("op", "left_organisation", "right_person"),
                    ("oo", "left_organisation", "right_organisation"),
                    ("oa", "left_organisation", "right_area"),
                )
            ),
        ]
        indexes = [
            models.Index(fields=["node", "kind"], name="link_of_node"),
            models.Index(fields=["right_area", "kind"], name="link_of_area"),
            models.Index(fields=["right_organisation", "kind"], name="link_of_organisation"),
            models.Index(fields=["left_person", "kind"], name="link_of_person"),
            models.Index(fields=["left_organisation", "kind"], name="link_from_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class Category(Dated):
    """支部类别: only branches of one category are ever compared."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="categories")
    category = models.CharField(max_length=20)

    objects = StandingManager("organisation__node__path")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(category__in=sorted(CATEGORIES)), name="category_known"),
            models.CheckConstraint(condition=_IN_ORDER, name="category_dates_in_order"),
            ExclusionConstraint(
                name="category_one_a_day",
                expressions=[("organisation", RangeOperators.EQUAL), (days(), RangeOperators.OVERLAPS)],
                condition=IN_FORCE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.category}"


class Succession(models.Model):
    """An organisation went on as another one: merged into it, or split off from it. Never changed afterwards."""

    predecessor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="successors")
    successor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="predecessors")
    kind = models.CharField(max_length=10)
    happened_on = models.DateField()

    objects = ScopedManager("predecessor__node__path", "successor__node__path")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["merge", "split"]), name="succession_kind"),
            models.UniqueConstraint(fields=["predecessor", "successor", "happened_on"], name="succession_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="never_emptied",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"
