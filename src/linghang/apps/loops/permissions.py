"""Who may open which address of this room."""

from linghang.ui.web.routes import Rule

RULES: tuple[Rule, ...] = ()
