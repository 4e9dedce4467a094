"""Posts and memberships as tables: what they are called, who may hold them at once, which pages they open."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linghang.apps.access.data import Role
from linghang.apps.org.data.organisations import Kind


class MembershipKind(StrEnum):
    """How somebody belongs to an organisation."""

    PARTY = "party"
    GROUP = "group"
    WORK = "work"
    FUNCTIONAL = "functional"
    STUDY = "study"


MEMBERSHIP_KINDS: dict[str, Promise] = {
    MembershipKind.PARTY.value: _("组织关系"),
    MembershipKind.GROUP.value: _("党小组"),
    MembershipKind.WORK.value: _("行政编制"),
    MembershipKind.FUNCTIONAL.value: _("临时或项目党支部（不转组织关系）"),
    MembershipKind.STUDY.value: _("青年理论学习小组"),
}

ONE_A_DAY = (MembershipKind.PARTY.value, MembershipKind.WORK.value, MembershipKind.GROUP.value)
HOMES = (MembershipKind.PARTY.value, MembershipKind.WORK.value)


class Status(StrEnum):
    """政治面貌."""

    FULL_MEMBER = "full_member"
    PROBATIONARY = "probationary"
    TARGET = "target"
    ACTIVIST = "activist"
    APPLICANT = "applicant"
    LEAGUE = "league"
    DEMOCRATIC = "democratic"
    MASSES = "masses"


STANDINGS: dict[str, Promise] = {
    Status.FULL_MEMBER.value: _("正式党员"),
    Status.PROBATIONARY.value: _("预备党员"),
    Status.TARGET.value: _("发展对象"),
    Status.ACTIVIST.value: _("入党积极分子"),
    Status.APPLICANT.value: _("入党申请人"),
    Status.LEAGUE.value: _("共青团员"),
    Status.DEMOCRATIC.value: _("民主党派成员"),
    Status.MASSES.value: _("群众"),
}

PARTY_MEMBERS = frozenset({Status.FULL_MEMBER.value, Status.PROBATIONARY.value})

# beside the words of the pack's groups (年老体弱 …): what a roster usually says in this column
CLASSES = ("在职", "离退休", "劳务派遣", "借调")

BRANCHES = frozenset({Kind.BRANCH, Kind.JOINT_BRANCH, Kind.TEMPORARY_BRANCH, Kind.PROJECT_BRANCH})
SMALL_PARTY = BRANCHES | {Kind.GENERAL_BRANCH}
COMMITTEES = frozenset({Kind.WORKING_COMMITTEE, Kind.PARTY_COMMITTEE, Kind.ORGAN_COMMITTEE})


@dataclass(frozen=True)
class TitleInfo:
    """One title. `single`: one holder a day; `committee`: a member of the branch committee (支委会).

    `where` are the types of organisations that have it, each with the role that the post opens, None for none.
    """

    code: str
    label: Promise
    where: dict[Kind, Role | None]
    single: bool = False
    committee: bool = False


def _title(
    code: str,
    label: Promise,
    *groups: tuple[frozenset[Kind], Role | None],
    single: bool = False,
    committee: bool = False,
) -> TitleInfo:
    where = {kind: role for kinds, role in groups for kind in sorted(kinds)}
    return TitleInfo(code, label, where, single, committee)


_DISCIPLINE = frozenset({Kind.DISCIPLINE_COMMISSION, Kind.ORGAN_DISCIPLINE, Kind.STATIONED_DISCIPLINE})
_GROUP, _LEADING = frozenset({Kind.PARTY_TEAM}), frozenset({Kind.LEADING_GROUP})

# a 纪检 role at an installation is handed out by the administrator alone, so such posts open nothing by themselves
TITLES: dict[str, TitleInfo] = {
    info.code: info
    for info in (
        _title("secretary", _("书记"), (SMALL_PARTY, Role.SECRETARY), (COMMITTEES, Role.LEADER), single=True),
        _title("deputy_secretary", _("副书记"), (SMALL_PARTY, Role.ORGANISER), (COMMITTEES, Role.LEADER)),
        _title("organiser", _("组织委员"), (SMALL_PARTY, Role.ORGANISER), (COMMITTEES, Role.LEADER), committee=True),
        _title("publicity", _("宣传委员"), (SMALL_PARTY, None), (COMMITTEES, Role.LEADER), committee=True),
        _title("discipline", _("纪检委员"), (SMALL_PARTY, Role.DISCIPLINE_MEMBER), committee=True),
        _title("youth", _("青年委员"), (SMALL_PARTY, None), committee=True),
        _title("branch_member", _("支委委员"), (SMALL_PARTY, None), committee=True),
        _title("group_leader", _("党小组长"), (_GROUP, Role.GROUP_LEADER), single=True),
        _title("committee_member", _("党委委员"), (COMMITTEES, Role.LEADER)),
        _title("leading_group_secretary", _("党组书记"), (_LEADING, Role.LEADER), single=True),
        _title("leading_group_deputy", _("党组副书记"), (_LEADING, Role.LEADER)),
        _title("leading_group_member", _("党组成员"), (_LEADING, Role.LEADER)),
        _title("discipline_secretary", _("纪检书记（组长）"), (_DISCIPLINE, None), single=True),
        _title("discipline_officer", _("纪检委员（干事）"), (_DISCIPLINE, None)),
        _title("party_officer", _("党务干部"), (COMMITTEES | {Kind.GENERAL_BRANCH}, Role.OFFICER)),
        _title("unit_head", _("单位负责人"), (frozenset({Kind.UNIT}), Role.BUSINESS_LEADER), single=True),
        _title("unit_deputy", _("单位副职"), (frozenset({Kind.UNIT}), Role.BUSINESS_LEADER)),
        _title("department_head", _("部门负责人"), (frozenset({Kind.DEPARTMENT}), None), single=True),
        _title("workshop_head", _("区队长"), (frozenset({Kind.WORKSHOP}), None), single=True),
        _title("project_head", _("项目负责人"), (frozenset({Kind.PROJECT}), None), single=True),
        _title("team_leader", _("班组长"), (frozenset({Kind.TEAM}), None), single=True),
    )
}

SINGLE_TITLES = sorted(info.code for info in TITLES.values() if info.single)
