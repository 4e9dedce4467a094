"""Who may open what an open month is expected to give: a person's as his statements, a branch's as its page."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import EVERYONE, Reach, Rule

_COMMITTEE = {"secretary": Reach.NODE, "organiser": Reach.NODE, "discipline_member": Reach.NODE}
_BRANCHES = {  # as the page of a branch
    **dict.fromkeys(("officer", "leader", "inspector", "secretary", "organiser", "discipline_member"), Reach.SUBTREE),
    **dict.fromkeys(("group_leader", "member"), Reach.NODE),
}

RULES = (
    Rule("appraisal:expected", _("本月预计"), roles={EVERYONE: Reach.SELF} | _COMMITTEE),
    Rule("appraisal:branch-expected", _("支部本月预计"), roles=_BRANCHES, reads=True),
    Rule("appraisal:star", _("支部星级"), roles=_BRANCHES, reads=True),
    Rule("appraisal:certificate", _("星级证书"), roles=_BRANCHES, reads=True),
)
