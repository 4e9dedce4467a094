"""Who may open which page of packs: everybody reads the rules that hold for him; officers write, two people decide."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import EVERYONE, Reach, Rule

WRITING = {"officer": Reach.SUBTREE}
STEERING = {**WRITING, "leader": Reach.SUBTREE}
_READING = {**STEERING, "inspector": Reach.SUBTREE, EVERYONE: Reach.SELF}

RULES = (
    Rule("appraisal:packs", _("办法"), roles=_READING),
    Rule("appraisal:pack", _("办法条文"), roles=_READING),
    Rule("appraisal:pack-word", _("办法条文 Word"), roles=_READING),
    Rule("appraisal:pack-pdf", _("办法条文 PDF"), roles=_READING),
    Rule("appraisal:pack-zip", _("方案包文件"), roles=_READING),
    Rule("appraisal:pack-workbook", _("方案包工作簿"), roles=_READING),
    Rule("appraisal:pack-import", _("导入方案包"), roles=WRITING),
    Rule("appraisal:pack-copy", _("另建一版"), roles=WRITING),
    Rule("appraisal:pack-files", _("检查和修改"), roles=STEERING),
    Rule("appraisal:pack-file", _("修改文件"), roles=WRITING),
    Rule("appraisal:pack-remove", _("删除草稿"), roles=WRITING),
    Rule("appraisal:pack-offer", _("提请发布"), roles=WRITING),
    Rule("appraisal:pack-return", _("退回草稿"), roles=STEERING),
    Rule("appraisal:pack-publish", _("发布"), roles=STEERING),
    Rule("appraisal:pack-withdraw", _("停用"), roles=WRITING),
    Rule("appraisal:pack-simulate", _("试算修订"), roles=WRITING),
    Rule("appraisal:simulation", _("试算修订的结果"), roles=WRITING, reads=True),
    Rule("appraisal:bind", _("启用办法"), roles=WRITING),
    Rule("appraisal:binding-confirm", _("确认启用"), roles=STEERING),
    Rule("appraisal:binding-withdraw", _("撤回启用"), roles=WRITING),
    Rule("appraisal:binding-end", _("停止启用"), roles=WRITING),
)
