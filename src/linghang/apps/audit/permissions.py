"""Who may see the read log: everybody what concerns himself, the inspector his part of the tree."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import EVERYONE, Reach, Rule

RULES = (
    Rule("audit:mine", _("谁看过我的资料"), roles={EVERYONE: Reach.SELF}),
    Rule("audit:reads", _("访问记录"), roles={"inspector": Reach.SUBTREE}, reads=True),
)
