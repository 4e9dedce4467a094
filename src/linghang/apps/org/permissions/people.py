"""Who may open the files of people. A system administrator, business leaders and personnel see none of it; leaders
see figures of branches, not people; everybody sees his own file."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import EVERYONE, Reach, Rule

WRITERS = {"officer": Reach.SUBTREE, "secretary": Reach.SUBTREE, "organiser": Reach.SUBTREE}
READERS = WRITERS | {"discipline_member": Reach.SUBTREE}
OFFICERS = {"officer": Reach.SUBTREE}
OWN = {EVERYONE: Reach.SELF}
TERM_READERS = READERS | {"leader": Reach.SUBTREE, "inspector": Reach.SUBTREE}

RULES = (
    Rule("org:me", _("我的档案"), roles=OWN),
    Rule("org:contact-confirm", _("确认联系方式有效"), roles=OWN),
    Rule("org:roster", _("花名册"), roles=READERS, reads=True),
    Rule("org:group", _("小组成员"), roles=READERS | {"group_leader": Reach.NODE}, reads=True),
    Rule("org:roster-export", _("导出花名册"), roles=READERS, reads=True),
    Rule("org:person", _("人员档案"), roles=READERS | OWN),
    Rule("org:person-print", _("打印人员档案"), roles=READERS | OWN),
    Rule("org:person-add", _("新增人员"), roles=WRITERS),
    Rule("org:person-change", _("办理人员变动"), roles=WRITERS),
    Rule("org:person-numbers", _("查看完整号码"), roles=WRITERS),
    Rule("org:person-merge", _("合并重复登记"), roles=OFFICERS),
    Rule("org:merges", _("合并记录"), roles=OFFICERS, reads=True),
    Rule("org:merge-undo", _("撤销合并"), roles=OFFICERS),
    Rule("org:post-end", _("免去职务"), roles=WRITERS),
    Rule("org:transfers", _("转接登记"), roles=READERS, reads=True),
    Rule("org:transfers-export", _("导出转接登记"), roles=READERS, reads=True),
    Rule("org:transfer", _("办结转接"), roles=WRITERS, reads=True),
    Rule("org:mobility", _("流动和出国（境）"), roles=READERS, reads=True),
    Rule("org:mobility-end", _("结束流动"), roles=WRITERS, reads=True),
    Rule("org:contacts", _("联系核对"), roles=READERS, reads=True),
    Rule("org:contacts-export", _("导出联系核对"), roles=READERS, reads=True),
    Rule("org:former", _("历史党员"), roles=READERS, reads=True),
    Rule("org:terms", _("届次"), roles=TERM_READERS),
    Rule("org:terms-export", _("导出届次"), roles=TERM_READERS),
    Rule("org:organisation-terms", _("一个组织的届次"), roles=TERM_READERS, writes=WRITERS),
    Rule("org:term-extend", _("延期换届"), roles={"officer": Reach.SUBTREE}),
)
