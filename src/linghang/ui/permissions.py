"""Who may open the addresses of the frame."""

from linghang.ui.web.routes import EVERYONE, Reach, Rule

RULES = (
    Rule("ui:components", "组件页", roles={EVERYONE: Reach.SELF}),
    Rule("ui:language", "切换语言", public="the sign-in page offers the other language too"),
)
