"""Words of the front page."""

from django import template

from linghang.apps.access.data import ROLES

register = template.Library()


@register.filter
def role_word(role: str) -> str:
    """The word of a role on screens; an unknown code is shown as it stands."""
    info = ROLES.get(role)
    return str(info.label) if info else role
