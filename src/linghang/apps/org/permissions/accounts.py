"""Who may make accounts for the people of a roster: those who may hand out memberships there."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import Reach, Rule

RULES = (Rule("org:accounts", _("建账号"), roles={"officer": Reach.SUBTREE, "secretary": Reach.SUBTREE}, reads=True),)
