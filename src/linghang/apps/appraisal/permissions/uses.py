"""Officers and leaders make and confirm lists of results; personnel read confirmed ones and drafts marked as such."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import Reach, Rule

MAKERS = {"officer": Reach.SUBTREE, "leader": Reach.SUBTREE}
READERS = MAKERS | {"personnel": Reach.SUBTREE}

RULES = (
    Rule("appraisal:uses", _("结果运用"), roles=READERS, reads=True),
    Rule("appraisal:use-rule", _("结果运用规定"), roles=MAKERS),
    Rule("appraisal:use-make", _("生成结果运用名单"), roles=MAKERS),
    Rule("appraisal:use-list", _("结果运用名单"), roles=READERS, reads=True),
    Rule("appraisal:use-export", _("导出结果运用名单"), roles=READERS, reads=True),
    Rule("appraisal:use-confirm", _("确认结果运用名单"), roles=MAKERS),
)
