"""Roles as a typed table, and the records that other rooms get from `access`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# fields of access tables that upper rooms may look up through their foreign keys
PUBLIC_FIELDS = {"User": ("uuid", "username", "display_name"), "ScopeNode": ("uuid", "path", "parent", "top")}


class Role(StrEnum):
    """Posts and functions that open pages. A role is held at one node, from one day to another."""

    SYSTEM_ADMIN = "system_admin"
    OFFICER = "officer"
    LEADER = "leader"
    INSPECTOR = "inspector"
    SECRETARY = "secretary"
    ORGANISER = "organiser"
    DISCIPLINE_MEMBER = "discipline_member"
    GROUP_LEADER = "group_leader"
    MEMBER = "member"
    STAFF = "staff"
    CONFIRMER = "confirmer"
    BUSINESS_LEADER = "business_leader"
    PERSONNEL = "personnel"
    OUTSIDER = "outsider"


@dataclass(frozen=True)
class RoleInfo:
    """One role: its word on screens, what it is for, whether it sees business data, and who may hand it out.

    `granted_by` are the roles whose holder may grant and end this role inside his own part of the tree.
    """

    role: Role
    label: Promise
    purpose: Promise
    business: bool
    granted_by: tuple[Role, ...]


_ADMIN, _OFFICER, _SECRETARY = Role.SYSTEM_ADMIN, Role.OFFICER, Role.SECRETARY

ROLES: dict[str, RoleInfo] = {
    info.role.value: info
    for info in (
        RoleInfo(Role.SYSTEM_ADMIN, _("系统管理员"), _("管账号、设置和运行，看不到业务数据"), False, (_ADMIN,)),
        RoleInfo(Role.OFFICER, _("党务干部"), _("管所辖组织的党务工作和账号"), True, (_ADMIN, _OFFICER)),
        RoleInfo(Role.LEADER, _("党委（党组）班子成员"), _("看所辖组织的汇总"), True, (_ADMIN, _OFFICER)),
        RoleInfo(Role.INSPECTOR, _("纪检干部"), _("督办、抽查，看访问记录"), True, (_ADMIN,)),
        RoleInfo(Role.SECRETARY, _("支部书记"), _("管本支部的工作和账号"), True, (_OFFICER,)),
        RoleInfo(Role.ORGANISER, _("组织委员"), _("录入本支部的记录"), True, (_OFFICER, _SECRETARY)),
        RoleInfo(Role.DISCIPLINE_MEMBER, _("纪检委员"), _("本支部内的监督"), True, (_OFFICER, _SECRETARY)),
        RoleInfo(Role.GROUP_LEADER, _("党小组长"), _("核对本小组的记录"), True, (_OFFICER, _SECRETARY)),
        RoleInfo(Role.MEMBER, _("党员"), _("看自己的记录和积分"), True, (_OFFICER, _SECRETARY)),
        RoleInfo(Role.STAFF, _("职工"), _("反映问题，看自己的记录"), True, (_OFFICER, _SECRETARY)),
        RoleInfo(Role.CONFIRMER, _("业务部门确认人"), _("确认业务数据"), True, (_OFFICER,)),
        RoleInfo(Role.BUSINESS_LEADER, _("业务领导"), _("看业务指标"), True, (_OFFICER,)),
        RoleInfo(Role.PERSONNEL, _("人事部门"), _("看已确认的结果名单"), True, (_OFFICER,)),
        RoleInfo(Role.OUTSIDER, _("外单位人员"), _("只看与自己有关的事项"), True, (_OFFICER,)),
    )
}


@dataclass(frozen=True)
class NodeLine:
    """A place in the tree of organisations; `key` and `top_key` are for foreign keys of upper rooms."""

    key: int
    top_key: int
    uuid: UUID
    label: str
    path: str
    depth: int


@dataclass(frozen=True)
class PlaceLine:
    """A place to choose: its key in a form, its name, and the names above it inside the scope."""

    key: str
    label: str
    above: str


@dataclass(frozen=True)
class PlacesFound:
    """Some places, and whether there are more of them."""

    lines: tuple[PlaceLine, ...]
    more: bool


@dataclass(frozen=True)
class GrantLine:
    """A post of a user: dates are closed, `until` None means until further notice; `state` is past, now or later."""

    uuid: UUID
    role: str
    role_label: str
    node: str
    since: date
    until: date | None
    state: str
    granted_by: str


@dataclass(frozen=True)
class Holder:
    """Somebody who holds a post at a place today."""

    uuid: UUID
    name: str
    role: str
    place: str
    path: str


@dataclass(frozen=True)
class UserLine:
    """One row of the list of accounts."""

    uuid: UUID
    username: str
    display_name: str
    home: str
    roles: tuple[str, ...]
    state: str
    state_label: str


@dataclass(frozen=True)
class UserCard:
    """One account with its posts."""

    line: UserLine
    home_uuid: UUID | None
    grants: tuple[GrantLine, ...]
    mfa: bool
    last_slip: datetime | None


@dataclass(frozen=True)
class Change:
    """One line of an account's history: what was done, when, by whom, and to which post."""

    title: str
    when: datetime
    who: str
    note: str


# what an operation is called in the history
ACTIONS: dict[str, Promise] = {
    "create_first_administrator": _("首次启动时建立"),
    "create_user": _("新建账号"),
    "grant_role": _("授予职务"),
    "end_role": _("结束职务"),
    "issue_slips": _("打印激活单"),
    "unlock_user": _("解除锁定"),
    "confirm_second_factor": _("启用动态口令"),
    "remove_second_factor": _("停用动态口令"),
    "reset_second_factor": _("管理人员取消动态口令"),
    "stop_user": _("停用账号"),
    "resume_user": _("恢复账号"),
    "activate_account": _("激活账号"),
    "set_password": _("修改密码"),
    "close_organisation": _("组织撤销，职务到期"),
}


@dataclass(frozen=True)
class Slip:
    """A printed activation slip. The code exists only on paper and in this record; the database keeps a hash."""

    username: str
    display_name: str
    node: str
    code: str
    valid_until: datetime


@dataclass(frozen=True)
class DemoAccountLine:
    """One account of a demo installation with all its posts in words."""

    username: str
    display_name: str
    posts: str


_pages_with_places: set[str] = set()


def choose_places_on(*pages: str) -> None:
    """Say, in `AppConfig.ready`, on which pages a place is found by typing: their addresses, by name."""
    _pages_with_places.update(pages)


def pages_with_places() -> frozenset[str]:
    """The pages on which a place is found by typing."""
    return frozenset(_pages_with_places)


Sounding = Callable[[str], Q | None]
_sounding: list[Sounding] = []


def places_sound(how: Sounding) -> None:
    """Say, in `AppConfig.ready`, which places are meant by letters of how they sound; None for what says too little.

    The condition is put to places of the open scope, and need not know it.
    """
    _sounding[:] = [how]


def sounding(words: str) -> Q:
    """Places whose names sound like the words or begin their characters with these letters; none of other words."""
    found = _sounding[0](words) if _sounding and words.isascii() else None
    return Q(pk__in=[]) if found is None else found
