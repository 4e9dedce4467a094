"""Which organisation may hang where, and who may belong to which."""

from datetime import date

from linghang.apps.org.data import KINDS, Family, Kind, MembershipKind
from linghang.apps.org.data.posts import BRANCHES
from linghang.engine.workdays import add_months

OTHERS: dict[str, tuple[Kind, ...]] = {
    MembershipKind.GROUP.value: (Kind.PARTY_TEAM,),
    MembershipKind.FUNCTIONAL.value: (Kind.TEMPORARY_BRANCH, Kind.PROJECT_BRANCH, Kind.JOINT_BRANCH),
    MembershipKind.STUDY.value: (Kind.STUDY_GROUP,),
}


def may_be_top(kind: str) -> bool:
    """Whether a type may be an independent top organisation."""
    return KINDS[kind].top


def may_hang_under(kind: str, parent_kind: str) -> bool:
    """Whether a type may stand directly below another; nothing stands below what is only beside the tree."""
    return parent_kind in KINDS[kind].under and not KINDS[parent_kind].beside


def may_belong(membership: str, kind: str) -> bool:
    """Whether people belong to a type of organisation in this way.

    组织关系 lies only with branches that have members; temporary and project branches leave it at home.
    """
    if membership == MembershipKind.PARTY:
        return KINDS[kind].members
    if membership == MembershipKind.WORK:
        return KINDS[kind].family is Family.BUSINESS
    return kind in OTHERS.get(membership, ())


LONGEST_EXTENSION = 1  # years; 关于党的基层组织任期的意见 (2018)
SMALLEST_COMMITTEE = 7  # full members from which a branch elects a committee; 支部工作条例 Art 20
TERM_REMINDERS = (180, 90, 30)  # days before the end, to the branch and to its superior


def a_year_after(day: date) -> date:
    """The same day next year; the last of February for a leap day."""
    return add_months(day, 12 * LONGEST_EXTENSION)


def may_merge(kind: str, into: str) -> bool:
    """Branches merge with branches of any sort, everything else with its own type."""
    return kind == into or (kind in BRANCHES and into in BRANCHES)
