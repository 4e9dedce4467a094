"""What happens to people when their organisation ends."""

from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from linghang.apps.org.data import KINDS
from linghang.apps.org.data.posts import MembershipKind
from linghang.apps.org.models import Link, Membership, Organisation, Post
from linghang.apps.org.operations.spans import keep_in_step
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer

JOINT_PROJECT = "joint-project"


def refuse_members(row: Organisation, last_day: date) -> None:
    """Nobody's 组织关系 hangs in the air: members are transferred, or the branch is merged."""
    with system_scope(reason="a member whom the actor cannot see still stands in the way"):
        held = Membership.objects.filter(organisation=row, kind=MembershipKind.PARTY.value)
        left = held.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=last_day)).count()
    if left:
        words = _("还有%(n)d名党员的组织关系在这里。请先转出，或者用“合并”把他们并入另一个支部。") % {"n": left}
        raise DomainError("has_members", words)


def joint_branches_of(row: Organisation) -> list[UUID]:
    """Temporary and project branches that were made for this project and keep no 组织关系: they end with it."""
    with system_scope(reason="a joint branch ends with its project, whoever sees it"):
        links = Link.objects.filter(kind=JOINT_PROJECT, right_organisation=row, valid_to__isnull=True)
        found = Organisation.objects.filter(pk__in=links.values("left_organisation"), closed_on__isnull=True)
        return [joint.uuid for joint in found if not KINDS[joint.kind].members]


def end_people_of(row: Organisation, last_day: date, *, actor: Viewer) -> None:
    """Memberships other than 组织关系, and posts, end with the organisation; the roles that they open did already."""
    longer = Q(valid_to__isnull=True) | Q(valid_to__gt=last_day)
    with system_scope(reason="who belonged to a closed organisation belongs to it no more"):
        memberships = Membership.objects.filter(longer, organisation=row, valid_from__lte=last_day)
        people = set(memberships.values_list("person_id", flat=True))
        memberships.update(valid_to=last_day, reason="ended")
        Post.objects.filter(longer, organisation=row, valid_from__lte=last_day).update(valid_to=last_day)
    keep_in_step(people, actor=actor)
