"""Who may open which address of this room, and who may act on which account."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from linghang.apps.access.data import Role
from linghang.apps.access.models import RoleGrant
from linghang.apps.access.policies import may_grant
from linghang.ui.web.routes import EVERYONE, Reach, Rule
from linghang.ui.web.viewer import Viewer

MANAGERS = {
    Role.SYSTEM_ADMIN.value: Reach.SUBTREE,
    Role.OFFICER.value: Reach.SUBTREE,
    Role.SECRETARY.value: Reach.SUBTREE,
}
OWN = {EVERYONE: Reach.SELF}

RULES = (
    Rule("access:sign-in", _("登录"), public="nobody is signed in before signing in"),
    Rule("access:verify", _("动态口令"), public="the second step of signing in"),
    Rule("access:activate", _("激活账号"), public="the holder of a printed slip has no password yet"),
    Rule("access:sign-out", _("退出"), roles=OWN),
    Rule("access:password", _("修改密码"), roles=OWN),
    Rule("access:profile", _("我的账号"), roles=OWN),
    Rule("access:top", _("切换单位"), roles=OWN),
    Rule("access:mfa-enrol", _("启用动态口令"), roles=OWN),
    Rule("access:mfa-codes", _("备用码"), roles=OWN),
    Rule("access:mfa-disable", _("停用动态口令"), roles=OWN),
    Rule("access:places", _("查找组织名称"), roles=OWN),
    Rule("access:user-list", _("账号"), roles=MANAGERS, reads=True),
    Rule("access:user-create", _("新建账号"), roles=MANAGERS),
    Rule("access:user-detail", _("账号详情"), roles=MANAGERS, reads=True),
    Rule("access:slips", _("激活单"), roles=MANAGERS),
    Rule("access:grant", _("授予职务"), roles=MANAGERS),
    Rule("access:grant-end", _("结束职务"), roles=MANAGERS),
    Rule("access:user-state", _("停用或恢复账号"), roles=MANAGERS),
    Rule("access:unlock", _("解除锁定"), roles=MANAGERS),
    Rule("access:mfa-reset", _("重设动态口令"), roles=MANAGERS),
)


def may_act_for(actor: Viewer, role: str, path: str) -> bool:
    """Whether a post of the actor covers `role` at the place `path`; '' is the installation."""
    return any(may_grant([grant.role], role) and path.startswith(grant.path) for grant in actor.grants)


def may_manage(actor: Viewer, target_uuid: object, grants: Iterable[RoleGrant]) -> bool:
    """Whether the actor may reset an account: never his own, and only if he could have granted all its posts.

    Otherwise a branch could reset the account of an officer who is a member there, and become that officer. That its
    member is also 职工 of a team, which stands elsewhere in the tree, gives him nothing that the branch could take.
    """
    if actor.uuid == target_uuid:
        return False
    held = list(grants)
    counting = [grant for grant in held if grant.role != Role.STAFF] or held
    return all(may_act_for(actor, grant.role, grant.node.path if grant.node else "") for grant in counting)


def may_stop(actor: Viewer, target_uuid: object, home: str, grants: Iterable[RoleGrant]) -> bool:
    """Whether the actor may stop or unlock an account that is looked after at the place `home`.

    A system administrator may in his part of the tree, whatever business posts the account has, but no administrator
    of more than that.
    """
    held = list(grants)
    if may_manage(actor, target_uuid, held):
        return True
    administrators = [grant for grant in held if grant.role == Role.SYSTEM_ADMIN]
    administers = any(grant.role == Role.SYSTEM_ADMIN and home.startswith(grant.path) for grant in actor.grants)
    return administers and may_manage(actor, target_uuid, administrators)
