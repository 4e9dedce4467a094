"""Who may open which address of this room. What a post sees inside, the scope of the records says."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import Reach, Rule

# those who keep the records of their part of the tree; reading them is not needed for looking at one's own
RECORDERS = {"officer": Reach.SUBTREE, "secretary": Reach.SUBTREE, "organiser": Reach.SUBTREE}
KEEPERS = RECORDERS | {"inspector": Reach.SUBTREE, "discipline_member": Reach.SUBTREE}
OWN = ("leader", "group_leader", "member", "staff", "confirmer", "business_leader", "personnel", "outsider")
READERS = KEEPERS | dict.fromkeys(OWN, Reach.SELF)
INSPECTORS = {"inspector": Reach.SUBTREE, "officer": Reach.SUBTREE, "discipline_member": Reach.SUBTREE}
COMPARERS = KEEPERS | {"leader": Reach.SUBTREE}
REPORTERS = {"officer": Reach.SUBTREE, "inspector": Reach.SUBTREE}

RULES = (
    Rule("ledger:list", _("记录"), roles=READERS, reads=True),
    Rule("ledger:record", _("录入"), roles=RECORDERS, reads=True),
    Rule("ledger:sheet", _("签到表"), roles=RECORDERS, reads=True),
    Rule(
        "ledger:study-group",
        _("学习书目和签到"),
        roles=RECORDERS | {"discipline_member": Reach.SUBTREE},
        writes=RECORDERS,
        reads=True,
    ),
    Rule("ledger:late", _("补录清单"), roles=INSPECTORS, reads=True),
    Rule("ledger:mass", _("同日集中录入"), roles=INSPECTORS, reads=True),
    Rule("ledger:verify", _("核验"), roles=INSPECTORS),
    Rule("ledger:draws", _("抽查"), roles=INSPECTORS, reads=True),
    Rule("ledger:draw", _("一次抽查"), roles=INSPECTORS, reads=True),
    Rule("ledger:reconcile", _("对账"), roles=COMPARERS, reads=True),
    Rule("ledger:report", _("登记上报数"), roles=REPORTERS),
    Rule("ledger:fact", _("一条记录"), roles=READERS, reads=True),
    Rule("ledger:reverse", _("撤销记录"), roles=RECORDERS),
    Rule("ledger:correct", _("改正记录"), roles=RECORDERS),
    Rule("ledger:event", _("一次活动"), roles=KEEPERS, reads=True),
    Rule("ledger:undo", _("撤销一次活动的记录"), roles=RECORDERS),
    Rule("ledger:evidence", _("佐证材料"), roles=READERS, reads=True),
)
