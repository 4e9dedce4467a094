"""Who may open the addresses of the frame."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import EVERYONE, Reach, Rule

RULES = (
    Rule("ui:components", _("组件"), roles={EVERYONE: Reach.SELF}),
    Rule("ui:language", _("切换语言"), public="the sign-in page offers the other language too"),
)
