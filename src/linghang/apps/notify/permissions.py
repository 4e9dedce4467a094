"""Who may open which address of this room: everybody, for his own messages."""

from django.utils.translation import gettext_lazy as _

from linghang.ui.web.routes import EVERYONE, Reach, Rule

RULES = (
    Rule("notify:list", _("消息"), roles={EVERYONE: Reach.SELF}),
    Rule("notify:open", _("打开消息"), roles={EVERYONE: Reach.SELF}),
    Rule("notify:read-all", _("全部标为已读"), roles={EVERYONE: Reach.SELF}),
    Rule("notify:mail", _("邮件提醒"), roles={EVERYONE: Reach.SELF}),
)
