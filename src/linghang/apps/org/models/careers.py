"""A person's dated rows: 政治面貌, class, memberships, posts; and the span table that answers "on that day" at once."""

from uuid import uuid4

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from linghang.apps.org.data.posts import MEMBERSHIP_KINDS, ONE_A_DAY, PARTY_MEMBERS, SINGLE_TITLES, STANDINGS, TITLES
from linghang.apps.org.models.dated import IN_FORCE, Dated, StandingManager, days
from linghang.apps.org.models.organisations import Organisation
from linghang.apps.org.models.people import Person
from linghang.ui.web.scope import ScopedManager


def _once(name: str, *fields: str, only: Q | None = IN_FORCE) -> ExclusionConstraint:
    """At most one row a day with the same `fields`, among those in force."""
    same = [(field, RangeOperators.EQUAL) for field in fields]
    return ExclusionConstraint(name=name, expressions=[*same, (days(), RangeOperators.OVERLAPS)], condition=only)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class Standing(Dated):
    """政治面貌 from one day to another."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="standings")
    status = models.CharField(max_length=20)

    objects = StandingManager("person__node__path", owner="person__user__uuid")

    class Meta:
        constraints = [
            _once("standing_one_a_day", "person"),
            models.CheckConstraint(condition=Q(status__in=sorted(STANDINGS)), name="standing_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.status}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class PersonClass(Dated):
    """The word of the roster's class column (在职, 离退休, 年老体弱 …), as the packs' groups use it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="classes")
    code = models.CharField(max_length=20)

    objects = StandingManager("person__node__path", owner="person__user__uuid")

    class Meta:
        constraints = [_once("personclass_one_a_day", "person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.code}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class Membership(Dated):
    """Somebody belongs to an organisation. It stays in sight there after he went elsewhere, his file does not.

    `came_from`, `went_to` name places outside the installation; `grant` is the post that the membership opened.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    kind = models.CharField(max_length=12)
    came_from = models.CharField(max_length=120, blank=True)
    went_to = models.CharField(max_length=120, blank=True)
    receipt_number = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=20, blank=True)
    grant = models.ForeignKey("access.RoleGrant", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = StandingManager("organisation__node__path", "person__node__path", owner="person__user__uuid")

    class Meta:
        constraints = [
            _once("membership_one_home_a_day", "person", "kind", only=IN_FORCE & Q(kind__in=sorted(ONE_A_DAY))),
            _once("membership_once_a_day", "person", "organisation", "kind"),
            models.CheckConstraint(condition=Q(kind__in=sorted(MEMBERSHIP_KINDS)), name="membership_known_kind"),
        ]
        indexes = [models.Index(fields=["organisation", "kind", "valid_from"], name="membership_of_organisation")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.organisation_id}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class Term(models.Model):
    """届次 of a committee: elected and approved on a day, until `ends_on` or, with a document, `extended_to`."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="terms")
    number = models.PositiveSmallIntegerField()
    elected_on = models.DateField()
    approved_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField()
    extended_to = models.DateField(null=True, blank=True)
    extension_document = models.CharField(max_length=80, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    objects = StandingManager("organisation__node__path")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], condition=IN_FORCE, name="term_number_once"),
            models.CheckConstraint(condition=Q(ends_on__gt=models.F("elected_on")), name="term_dates_in_order"),
            models.CheckConstraint(
                condition=Q(extended_to__isnull=True)
                | (Q(extended_to__gt=models.F("ends_on")) & ~Q(extension_document="")),
                name="term_extended_with_a_document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.number}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class Post(Dated):
    """A title held at an organisation; the role that it opens ends with it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    title = models.CharField(max_length=30)
    term = models.ForeignKey(Term, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    appointed_by_document = models.CharField(max_length=80, blank=True)
    grant = models.ForeignKey("access.RoleGrant", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = StandingManager("organisation__node__path", "person__node__path", owner="person__user__uuid")

    class Meta:
        constraints = [
            _once("post_one_holder", "organisation", "title", only=IN_FORCE & Q(title__in=SINGLE_TITLES)),
            _once("post_once_a_day", "person", "organisation", "title"),
            models.CheckConstraint(condition=Q(title__in=sorted(TITLES)), name="post_known_title"),
        ]
        indexes = [models.Index(fields=["organisation", "valid_from"], name="post_of_organisation")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.title}"


class RosterSpan(models.Model):
    """Derived from the dated rows, made anew with every change: what the roster says of a person over some days.

    `home` is the branch with his 组织关系, else his unit, and `node` the place of `home`. `name` and `search_text`
    repeat the person's, so that a list is one table and its places; `sound` is the name as lists are ordered by it.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="spans")
    home = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    standing = models.CharField(max_length=20, blank=True)
    person_class = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=60, blank=True)
    search_text = models.TextField(blank=True)
    sound = models.TextField(blank=True, db_collation="C")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    objects = ScopedManager("node__path", owner="person__user__uuid")

    class Meta:
        constraints = [_once("rosterspan_one_a_day", "person", only=None)]
        indexes = [
            models.Index(fields=["node", "valid_from"], name="rosterspan_node"),
            models.Index(  # all that coverages ask of party members, who are a part of the roster
                fields=["node"],
                include=["id", "person", "unit", "branch", "name", "valid_from", "valid_to"],
                condition=Q(standing__in=sorted(PARTY_MEMBERS)),
                name="rosterspan_members",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.valid_from}"
