"""The list of demo accounts, as a text for whoever sits at the machine that runs the demo."""

from linghang.apps.access.queries import demo_accounts
from linghang.demo.content import units
from linghang.ui.web.scope import system_scope

OPENS_ALL = "密码 "


def accounts_text(password: str) -> str:
    """All accounts with their one password; the stories first."""
    lines = [f"{OPENS_ALL}{password}", "所有演示账号的密码都一样，只能在运行演示系统的这台电脑上用。数据均为虚构。", ""]
    lines += [f"{unit.card.order}. {unit.card.title}（{unit.name}）：{unit.card.text}" for unit in units()]
    with system_scope(reason="the list is for whoever runs the demo"):
        lines += ["", *(f"{one.username}\t{one.display_name}\t{one.posts}" for one in demo_accounts())]
    return "\n".join(lines) + "\n"


def password_in(text: str) -> str:
    """The password that an earlier start wrote down."""
    return next(line.removeprefix(OPENS_ALL) for line in text.splitlines() if line.startswith(OPENS_ALL))
