"""Who sees monthly sheets of branches, who sends them and who judges them."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import Reach, Rule

KEEPERS = dict.fromkeys(("secretary", "organiser"), Reach.SUBTREE)
ABOVE = {"officer": Reach.SUBTREE}
READERS = {**KEEPERS, **ABOVE, "discipline_member": Reach.SUBTREE, "leader": Reach.SUBTREE}

RULES = (
    Rule("appraisal:duty-board", _("月度工作单"), roles=READERS, reads=True),
    Rule("appraisal:duty", _("支部月度工作单"), roles=READERS, reads=True),
    Rule("appraisal:duty-send", _("报送月度工作单"), roles=KEEPERS),
    Rule("appraisal:duty-judge", _("审核月度工作单"), roles=ABOVE),
)
