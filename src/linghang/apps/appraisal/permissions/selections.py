"""Who runs selections: the branch its own, officers and leaders those below them. Whoever belongs to a place reads what
is shown there: names, branches and deeds, never points of others."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import EVERYONE, Reach, Rule

READERS = {
    "officer": Reach.SUBTREE,
    "leader": Reach.SUBTREE,
    "secretary": Reach.NODE,
    "organiser": Reach.NODE,
    "discipline_member": Reach.NODE,
}
WRITERS = {role: reach for role, reach in READERS.items() if role != "discipline_member"}

RULES = (
    Rule("appraisal:selections", _("评先评优"), roles=READERS, reads=True),
    Rule("appraisal:selections-export", _("导出评先评优"), roles=READERS, reads=True),
    Rule("appraisal:selection-open", _("开始评选"), roles=WRITERS),
    Rule("appraisal:selection", _("评选"), roles=READERS, reads=True),
    Rule("appraisal:selection-export", _("导出评选名单"), roles=READERS, reads=True),
    Rule("appraisal:selection-nominate", _("提名"), roles=WRITERS),
    Rule("appraisal:selection-deeds", _("写事迹"), roles=WRITERS),
    Rule("appraisal:selection-votes", _("登记推荐票"), roles=WRITERS),
    Rule("appraisal:selection-publish", _("公示评选"), roles=WRITERS),
    Rule("appraisal:selection-propose", _("提出评选决定"), roles=WRITERS),
    Rule("appraisal:selection-confirm", _("审定评选"), roles=WRITERS),
    Rule("appraisal:selection-withdraw", _("撤销称号"), roles=WRITERS),
    Rule("appraisal:selections-shown", _("评选公示"), roles={EVERYONE: Reach.SELF}),
)
