"""Members write their own commitments; the branch and those above read them and say whether they were kept."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import EVERYONE, Reach, Rule

JUDGES = {
    "officer": Reach.SUBTREE,
    "secretary": Reach.NODE,
    "organiser": Reach.NODE,
    "discipline_member": Reach.NODE,
}
READERS = {EVERYONE: Reach.SELF, "leader": Reach.SUBTREE, **JUDGES}

RULES = (
    Rule("appraisal:commitments", _("承诺践诺"), roles=READERS, reads=True),
    Rule("appraisal:commitments-export", _("导出承诺践诺"), roles=READERS, reads=True),
    Rule("appraisal:commitment-make", _("作出承诺"), roles={EVERYONE: Reach.SELF}),
    Rule("appraisal:commitment-midway", _("年中进展"), roles={EVERYONE: Reach.SELF}),
    Rule("appraisal:commitment-report", _("报告完成"), roles={EVERYONE: Reach.SELF}),
    Rule("appraisal:commitment-judge", _("认定兑现"), roles=JUDGES),
)
