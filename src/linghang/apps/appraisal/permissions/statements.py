"""Who may open a person's points: himself, the leader of his party group until the month is final, the committee of his
branch, and, for a reason that he will read, party-affairs officers above. Nobody else: no leaders, no personnel, no
business leaders, no other branches; inspectors only through a case.
"""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import EVERYONE, Reach, Rule

_COMMITTEE = {"secretary": Reach.NODE, "organiser": Reach.NODE, "discipline_member": Reach.NODE}
_ABOVE = {"officer": Reach.SUBTREE}
_OWN = {EVERYONE: Reach.SELF}
_READERS = _OWN | _COMMITTEE | _ABOVE

RULES = (
    Rule("appraisal:mine", _("我的积分"), roles=_OWN),
    Rule("appraisal:statement", _("积分明细"), roles=_READERS),
    Rule("appraisal:statement-export", _("导出积分明细"), roles=_READERS),
    Rule("appraisal:statement-pdf", _("积分明细 PDF"), roles=_READERS),
    Rule("appraisal:quarter", _("季度积分"), roles=_READERS),
    Rule("appraisal:year", _("年度积分"), roles=_READERS),
    Rule("appraisal:year-export", _("导出年度积分"), roles=_READERS),
    Rule("appraisal:year-pdf", _("年度积分 PDF"), roles=_READERS),
    Rule("appraisal:adjustment", _("补计、更正"), roles=_READERS),
    Rule("appraisal:sight-reason", _("写明查看理由"), roles=_ABOVE),
    Rule("appraisal:recalculation", _("复算表"), roles=_COMMITTEE, reads=True),
)
