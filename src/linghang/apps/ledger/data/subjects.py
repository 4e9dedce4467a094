"""What can be the subject of a record, in the words of the packs."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MEMBER, BRANCH, GROUP, UNIT, COMMITTEE = "member", "branch", "party-group", "unit", "committee"

SUBJECT_TYPES: dict[str, Promise] = {
    MEMBER: _("人员"),
    BRANCH: _("党支部"),
    GROUP: _("党小组"),
    COMMITTEE: _("党组织"),
    UNIT: _("单位（部门）"),
    "team": _("班组"),
    "project": _("项目"),
    "zone": _("责任区"),
    "post": _("先锋岗"),
    "task": _("任务"),
    "study-group": _("学习小组"),
    "link": _("结对"),
    "idea": _("金点子"),
}

# the types of organisations that are not simply a committee of the party or a unit of the business
TYPE_OF_KIND = {
    "branch": BRANCH,
    "joint_branch": BRANCH,
    "temporary_branch": BRANCH,
    "project_branch": BRANCH,
    "party_team": GROUP,
    "team": "team",
    "project": "project",
    "study_group": "study-group",
}


TYPE_OF_AREA = {"zone": "zone", "post": "post", "task": "task", "feature": "project"}


def type_of_organisation(kind: str, family: str) -> str:
    """The subject type that an organisation's kind stands for."""
    return TYPE_OF_KIND.get(kind, UNIT if family == "business" else COMMITTEE)


@dataclass(frozen=True)
class SubjectLine:
    """A subject as lists show it; people and organisations lend it their name, code, place and dates."""

    uuid: UUID
    type: str
    type_label: str
    code: str
    label: str
    place: str
    valid_from: date | None
    valid_to: date | None
