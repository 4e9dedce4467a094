"""Who opens a branch's month: its committee, whoever stands above it, and, while it is shown and after, its members."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import Reach, Rule

COMMITTEE = dict.fromkeys(("secretary", "organiser", "discipline_member"), Reach.SUBTREE)
ABOVE = {"officer": Reach.SUBTREE}
DECIDERS = {**ABOVE, "leader": Reach.SUBTREE}
READERS = {**COMMITTEE, **DECIDERS}
FELLOWS = {**READERS, "member": Reach.NODE}

RULES = (
    Rule("appraisal:books", _("月度积分"), roles=READERS, reads=True),
    Rule("appraisal:books-step", _("批量办理月度积分"), roles=READERS),
    Rule("appraisal:book", _("支部月度积分"), roles=READERS, reads=True),
    Rule("appraisal:book-step", _("办理支部月度积分"), roles=READERS),
    Rule("appraisal:book-reason", _("写明查看支部积分的理由"), roles=ABOVE),
    Rule("appraisal:book-export", _("导出支部月度积分"), roles={**COMMITTEE, **ABOVE}, reads=True),
    Rule("appraisal:book-sheet", _("公示表"), roles={**COMMITTEE, **ABOVE}, reads=True),
    Rule("appraisal:public", _("支部内公示"), roles=FELLOWS, reads=True),
    Rule("appraisal:shown", _("支部公示"), roles=FELLOWS, reads=True),
    Rule("appraisal:presets", _("积分展示预设"), roles=ABOVE),
)
