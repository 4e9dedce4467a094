"""Who may open which page of packs: officers and leaders steer, everybody reads the rules that hold for him."""

from linghang.ui.web.routes import Reach, Rule

STEERING = {"officer": Reach.SUBTREE, "leader": Reach.SUBTREE}

RULES: tuple[Rule, ...] = ()
