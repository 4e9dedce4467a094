"""Start-up check: every permission row names roles that exist."""

from typing import Any

from django.core.checks import CheckMessage, Error

from linghang.apps.access.data import ROLES
from linghang.ui.web.routes import EVERYONE, Rule, rules


def check_permission_rows(**_kwargs: Any) -> list[CheckMessage]:
    """One problem per wrong row; `linghang run` refuses to start with any."""
    return [problem for rule in rules().values() for problem in _problems(rule)]


def _problems(rule: Rule) -> list[CheckMessage]:
    named = {*rule.roles, *(rule.writes or {})} - {EVERYONE}
    unknown = sorted(named - set(ROLES))
    if not unknown:
        return []
    return [Error(f"{rule.url_name}：未知职务 {', '.join(unknown)}", hint="见 access/data.py", id="access.E001")]
