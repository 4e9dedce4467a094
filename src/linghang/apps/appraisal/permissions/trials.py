"""Who may open which address of this room: everybody, for his own trials. Nothing of the database is read."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import EVERYONE, Reach, Rule

_OWN = {EVERYONE: Reach.SELF}

RULES = (
    Rule("appraisal:trial", _("试算"), roles=_OWN),
    Rule("appraisal:trial-example", _("用示例试算"), roles=_OWN),
    Rule("appraisal:trial-template", _("记录表模板"), roles=_OWN),
    Rule("appraisal:trial-page", _("试算进度"), roles=_OWN),
    Rule("appraisal:trial-settle", _("核算"), roles=_OWN),
    Rule("appraisal:trial-keep", _("保留试算"), roles=_OWN),
    Rule("appraisal:trial-remove", _("删除试算"), roles=_OWN),
    Rule("appraisal:trial-columns", _("列对应"), roles=_OWN),
    Rule("appraisal:trial-mapping", _("列对应文件"), roles=_OWN),
    Rule("appraisal:trial-problems", _("试算问题"), roles=_OWN),
    Rule("appraisal:trial-problems-export", _("导出试算问题"), roles=_OWN),
    Rule("appraisal:trial-result", _("试算结果"), roles=_OWN),
    Rule("appraisal:trial-export", _("导出试算名单"), roles=_OWN),
    Rule("appraisal:trial-file", _("试算结果文件"), roles=_OWN),
    Rule("appraisal:trial-member", _("积分明细"), roles=_OWN),
    Rule("appraisal:trial-member-export", _("导出积分明细"), roles=_OWN),
    Rule("appraisal:trial-member-pdf", _("积分明细 PDF"), roles=_OWN),
)
