"""Who objects, reads objections and decides them. Which step is whose, the kind's table says (law 8)."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import EVERYONE, Reach, Rule

OWN = {EVERYONE: Reach.SELF}
READERS = {
    EVERYONE: Reach.SELF,
    **dict.fromkeys(("officer", "secretary", "organiser", "discipline_member"), Reach.SUBTREE),
}

RULES = (
    Rule("appraisal:object", _("提出积分异议"), roles=OWN, reads=True),
    Rule("appraisal:objection", _("积分异议"), roles=READERS, reads=True),
    Rule("appraisal:objection-step", _("办理积分异议"), roles=READERS),
    Rule("appraisal:objection-uphold", _("采纳积分异议"), roles=READERS),
)
