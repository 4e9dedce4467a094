"""Who may open which address of this room. Which cases a post sees there, the kind's table says (`models.readable`)."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import Reach, Rule

# a case is read by those whom its kind names, inside their part of the tree, and by its own people
PARTICIPANTS = {
    "officer": Reach.SUBTREE,
    "leader": Reach.SUBTREE,
    "inspector": Reach.SUBTREE,
    "secretary": Reach.SUBTREE,
    "organiser": Reach.SUBTREE,
    "discipline_member": Reach.SUBTREE,
    "group_leader": Reach.SELF,
    "member": Reach.SELF,
    "staff": Reach.SELF,
    "confirmer": Reach.SELF,
    "business_leader": Reach.SELF,
    "personnel": Reach.SELF,
    "outsider": Reach.SELF,
}
# the same page under a second address: cases about one person, which fewer posts find
PERSONAL = {
    role: reach if role in ("officer", "secretary", "organiser") else Reach.SELF for role, reach in PARTICIPANTS.items()
}
BROAD = frozenset(role for role, reach in PARTICIPANTS.items() if reach is Reach.SUBTREE)
NARROW = frozenset(role for role, reach in PERSONAL.items() if reach is Reach.SUBTREE)
CONFIRMERS = {
    "officer": Reach.SUBTREE,
    "secretary": Reach.SUBTREE,
    "organiser": Reach.SUBTREE,
}
DECLARERS = dict.fromkeys(
    ("member", "staff", "group_leader", "discipline_member", "organiser", "secretary", "leader"), Reach.SELF
)
REPORTERS = {
    **dict.fromkeys(("member", "staff", "group_leader", "confirmer", "business_leader"), Reach.SELF),
    **dict.fromkeys(("officer", "secretary", "organiser", "discipline_member", "leader", "inspector"), Reach.SUBTREE),
}
CORRECTORS = {
    "member": Reach.SELF,
    "staff": Reach.SELF,
    "group_leader": Reach.SELF,
    "discipline_member": Reach.SELF,
    "leader": Reach.SELF,
    "confirmer": Reach.SELF,
    "organiser": Reach.SUBTREE,
    "secretary": Reach.SUBTREE,
    "officer": Reach.SUBTREE,
}
# the leader his own contact points, an office those of its part of the tree (办公室代录), a branch who came to it
VISITORS = {
    "leader": Reach.SELF,
    "officer": Reach.SUBTREE,
    "secretary": Reach.SUBTREE,
    "organiser": Reach.SUBTREE,
}
IMPORTERS = frozenset(role for role, reach in CORRECTORS.items() if reach is Reach.SUBTREE)

RULES = (
    Rule("loops:list", _("台账"), roles=PARTICIPANTS, reads=True),
    Rule("loops:export", _("导出台账"), roles=PARTICIPANTS, reads=True),
    Rule("loops:case", _("事项"), roles=PARTICIPANTS, reads=True),
    Rule("loops:personal", _("个人事项"), roles=PERSONAL, reads=True),
    Rule("loops:sheet", _("督办单"), roles=dict.fromkeys(sorted(BROAD), Reach.SUBTREE), reads=True),
    Rule("loops:move", _("办理事项"), roles=PARTICIPANTS),
    Rule("loops:steer", _("暂停、恢复、延期、指定人员"), roles=PARTICIPANTS),
    Rule("loops:comment", _("补充说明"), roles=PARTICIPANTS),
    Rule("loops:file", _("佐证材料"), roles=PARTICIPANTS, reads=True),
    Rule("loops:declare", _("申报"), roles=DECLARERS),
    Rule("loops:redeclare", _("重新申报"), roles=DECLARERS),
    Rule("loops:confirm", _("批量确认申报"), roles=CONFIRMERS, reads=True),
    Rule("loops:report", _("反映问题"), roles=REPORTERS),
    Rule("loops:correct", _("申请更正"), roles=CORRECTORS),
    Rule("loops:visit", _("记走访"), roles=VISITORS, reads=True),
)
