"""Who may open the front page and the health page."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import EVERYONE, Reach, Rule

RULES = (
    Rule("portal:home", _("工作台"), roles={EVERYONE: Reach.SELF}),
    Rule(
        "portal:branches",
        _("支部一览"),
        roles=dict.fromkeys(("officer", "leader", "inspector"), Reach.SUBTREE),
        reads=True,
    ),
    Rule("portal:demo", _("三分钟看懂"), public="visitors of a demo choose a story before they sign in"),
    Rule("portal:demo-day", _("演示：换一天"), roles={EVERYONE: Reach.SELF}),
    # the permission row of each kind's own page decides what is found, not this one
    Rule("portal:search", _("查找"), roles={EVERYONE: Reach.SELF}, reads=True),
    Rule("portal:search-suggest", _("查找建议"), roles={EVERYONE: Reach.SELF}, reads=True),
    Rule("portal:health", _("运行状况"), public="the supervisor and monitors ask it; it says nothing about people"),
)
