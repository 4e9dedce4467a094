"""Who may open which address of this room: everybody, for his own messages."""

from linghang.ui.web.routes import EVERYONE, Reach, Rule

RULES = (
    Rule("notify:list", "消息", roles={EVERYONE: Reach.SELF}),
    Rule("notify:open", "打开消息", roles={EVERYONE: Reach.SELF}),
    Rule("notify:read-all", "全部标为已读", roles={EVERYONE: Reach.SELF}),
    Rule("notify:mail", "邮件提醒", roles={EVERYONE: Reach.SELF}),
)
