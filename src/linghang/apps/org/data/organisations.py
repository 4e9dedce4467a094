"""Types of organisations as a table, and the records about them that other rooms get."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Family(StrEnum):
    """Which of the trees a type belongs to."""

    PARTY = "party"
    DISCIPLINE = "discipline"
    BUSINESS = "business"


class Kind(StrEnum):
    """The type of an organisation."""

    WORKING_COMMITTEE = "working_committee"
    PARTY_COMMITTEE = "party_committee"
    ORGAN_COMMITTEE = "organ_committee"
    LEADING_GROUP = "leading_group"
    GENERAL_BRANCH = "general_branch"
    BRANCH = "branch"
    JOINT_BRANCH = "joint_branch"
    TEMPORARY_BRANCH = "temporary_branch"
    PROJECT_BRANCH = "project_branch"
    PARTY_TEAM = "party_team"
    DISCIPLINE_COMMISSION = "discipline_commission"
    ORGAN_DISCIPLINE = "organ_discipline"
    STATIONED_DISCIPLINE = "stationed_discipline"
    UNIT = "unit"
    DEPARTMENT = "department"
    WORKSHOP = "workshop"
    TEAM = "team"
    PROJECT = "project"
    FIELD_SITE = "field_site"
    STUDY_GROUP = "study_group"


@dataclass(frozen=True)
class KindInfo:
    """One type. `members` says whether people's 组织关系 is there; `beside` stands next to the 隶属 tree, without
    anything below it (a 党组 is no node of that tree); `under` are the types below which it may hang, `top` whether
    it may be an independent top organisation."""

    kind: Kind
    label: Promise
    family: Family
    under: frozenset[Kind]
    members: bool = False
    beside: bool = False
    top: bool = False


_COMMITTEES = frozenset({Kind.WORKING_COMMITTEE, Kind.PARTY_COMMITTEE, Kind.ORGAN_COMMITTEE})
_BRANCHES = frozenset({Kind.BRANCH, Kind.JOINT_BRANCH, Kind.TEMPORARY_BRANCH, Kind.PROJECT_BRANCH})
_BUSINESS = frozenset({Kind.UNIT, Kind.DEPARTMENT, Kind.WORKSHOP, Kind.TEAM, Kind.PROJECT, Kind.FIELD_SITE})
_ABOVE_BRANCH = _COMMITTEES | {Kind.GENERAL_BRANCH, Kind.UNIT}
_HEADS = _COMMITTEES | {Kind.UNIT}

_PARTY, _DISCIPLINE, _WORK = Family.PARTY, Family.DISCIPLINE, Family.BUSINESS

KINDS: dict[str, KindInfo] = {
    info.kind.value: info
    for info in (
        KindInfo(Kind.WORKING_COMMITTEE, _("机关工委"), _PARTY, frozenset({Kind.PARTY_COMMITTEE}), top=True),
        KindInfo(Kind.PARTY_COMMITTEE, _("党委"), _PARTY, _HEADS, top=True),
        KindInfo(Kind.ORGAN_COMMITTEE, _("机关党委"), _PARTY, _HEADS, top=True),
        KindInfo(Kind.LEADING_GROUP, _("党组"), _PARTY, frozenset({Kind.UNIT, Kind.ORGAN_COMMITTEE}), beside=True),
        KindInfo(Kind.GENERAL_BRANCH, _("党总支"), _PARTY, _HEADS, top=True),
        KindInfo(Kind.BRANCH, _("党支部"), _PARTY, _ABOVE_BRANCH, members=True, top=True),
        KindInfo(Kind.JOINT_BRANCH, _("联合党支部"), _PARTY, _ABOVE_BRANCH, members=True),
        KindInfo(Kind.TEMPORARY_BRANCH, _("临时党支部"), _PARTY, _ABOVE_BRANCH),
        KindInfo(Kind.PROJECT_BRANCH, _("项目（功能型）联合党支部"), _PARTY, _ABOVE_BRANCH),
        KindInfo(Kind.PARTY_TEAM, _("党小组"), _PARTY, _BRANCHES),
        KindInfo(Kind.DISCIPLINE_COMMISSION, _("纪委"), _DISCIPLINE, frozenset({Kind.PARTY_COMMITTEE})),
        KindInfo(Kind.ORGAN_DISCIPLINE, _("机关纪委"), _DISCIPLINE, frozenset({Kind.ORGAN_COMMITTEE})),
        KindInfo(Kind.STATIONED_DISCIPLINE, _("派驻纪检监察组"), _DISCIPLINE, _HEADS, beside=True),
        KindInfo(Kind.UNIT, _("单位"), _WORK, _COMMITTEES | {Kind.UNIT}, top=True),
        KindInfo(Kind.DEPARTMENT, _("部门（科室）"), _WORK, _HEADS | {Kind.DEPARTMENT}),
        KindInfo(Kind.WORKSHOP, _("车间（区队）"), _WORK, _HEADS | {Kind.DEPARTMENT}),
        KindInfo(Kind.TEAM, _("班组"), _WORK, _BUSINESS - {Kind.TEAM}),
        KindInfo(Kind.PROJECT, _("项目部"), _WORK, _HEADS | {Kind.DEPARTMENT}),
        KindInfo(Kind.FIELD_SITE, _("野外站点"), _WORK, _HEADS | {Kind.DEPARTMENT, Kind.PROJECT}),
        KindInfo(Kind.STUDY_GROUP, _("青年理论学习小组"), _PARTY, _ABOVE_BRANCH | _BRANCHES),
    )
}


@dataclass(frozen=True)
class OrganisationLine:
    """One row of the list; `depth` is how far below the top it hangs."""

    uuid: UUID
    name: str
    short_name: str
    code: str
    kind: str
    kind_label: str
    depth: int
    closed_on: date | None


@dataclass(frozen=True)
class DatedEvent:
    """One line of an organisation's history."""

    title: str
    when: date
    note: str = ""


@dataclass(frozen=True)
class OrganisationCard:
    """One organisation with what is directly above and below it and how it came to be."""

    line: OrganisationLine
    family: str
    founded_on: date
    aliases: tuple[str, ...]
    members: bool
    beside: bool
    parent: OrganisationLine | None
    parent_name: str
    children: tuple[OrganisationLine, ...]
    events: tuple[DatedEvent, ...]


# organisations with people of their own that have no roster page: 党小组, 班组, 青年理论学习小组
GROUPS = frozenset({Kind.PARTY_TEAM.value, Kind.TEAM.value, Kind.STUDY_GROUP.value})
