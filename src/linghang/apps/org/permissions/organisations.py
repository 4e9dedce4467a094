"""Who may see and shape the tree. Its structure is no business data: a system administrator sets it up."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import Reach, Rule

SHAPERS = {"system_admin": Reach.SUBTREE, "officer": Reach.SUBTREE}
READERS = SHAPERS | {
    "leader": Reach.SUBTREE,
    "inspector": Reach.SUBTREE,
    "secretary": Reach.SUBTREE,
    "organiser": Reach.SUBTREE,
    "discipline_member": Reach.SUBTREE,
    "group_leader": Reach.NODE,
    "member": Reach.NODE,
    "staff": Reach.NODE,
    "confirmer": Reach.NODE,
    "business_leader": Reach.SUBTREE,
    "personnel": Reach.SUBTREE,
}

RULES = (
    Rule("org:list", _("组织"), roles=READERS),
    Rule("org:detail", _("组织详情"), roles=READERS),
    Rule("org:create", _("新建组织"), roles=SHAPERS),
    Rule("org:rename", _("更名"), roles=SHAPERS),
    Rule("org:move", _("调整隶属"), roles=SHAPERS),
    Rule("org:close", _("撤销组织"), roles=SHAPERS),
)
