"""Who may see and set links, areas, coverages and the page of a branch. These name people: business data."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import Reach, Rule

WRITERS = {"officer": Reach.SUBTREE, "secretary": Reach.SUBTREE, "organiser": Reach.SUBTREE}
READERS = WRITERS | {
    "leader": Reach.SUBTREE,
    "inspector": Reach.SUBTREE,
    "discipline_member": Reach.SUBTREE,
}
BRANCH_READERS = READERS | {"group_leader": Reach.NODE, "member": Reach.NODE}
OFFICERS = {"officer": Reach.SUBTREE}

RULES = (
    Rule("org:coverage", _("覆盖和缺口"), roles=READERS, reads=True),
    Rule("org:gaps", _("缺口名单"), roles=READERS, reads=True),
    Rule("org:gaps-export", _("导出缺口名单"), roles=READERS, reads=True),
    Rule("org:compositions", _("支部组成"), roles=READERS, reads=True),
    Rule("org:compositions-export", _("导出支部组成"), roles=READERS, reads=True),
    Rule("org:quotas", _("联系次数"), roles=READERS, reads=True),
    Rule("org:quotas-export", _("导出联系次数"), roles=READERS, reads=True),
    Rule("org:links", _("联系"), roles=READERS, reads=True),
    Rule("org:links-export", _("导出联系"), roles=READERS, reads=True),
    Rule("org:link-new", _("登记联系"), roles=WRITERS, reads=True),
    Rule("org:link-end", _("结束联系"), roles=WRITERS, reads=True),
    Rule("org:areas", _("责任区和岗位"), roles=READERS, reads=True),
    Rule("org:areas-export", _("导出责任区和岗位"), roles=READERS, reads=True),
    Rule("org:area", _("责任区（岗位）详情"), roles=BRANCH_READERS, reads=True),
    Rule("org:area-new", _("登记责任区（岗位）"), roles=WRITERS, reads=True),
    Rule("org:area-change", _("更正责任区（岗位）"), roles=WRITERS, reads=True),
    Rule("org:area-close", _("结束责任区（岗位）"), roles=WRITERS, reads=True),
    Rule("org:branch", _("支部主页"), roles=BRANCH_READERS, reads=True),
    Rule("org:branch-sheet", _("支部情况表"), roles=READERS, reads=True),
    Rule("org:category", _("支部类别"), roles=OFFICERS, reads=True),
    Rule("org:categories", _("支部分类"), roles=READERS, reads=True),
    Rule("org:merge", _("合并组织"), roles=OFFICERS, reads=True),
    Rule("org:split", _("拆分组织"), roles=OFFICERS, reads=True),
    Rule("org:agreement", _("联合党支部共建协议"), roles=WRITERS | {"leader": Reach.SUBTREE}, reads=True),
)
