"""Words of the front page."""

from django import template
from django.urls import reverse

from linghang.apps.access.data import ROLES
from linghang.apps.org.search.data import Hit, SearchKind

register = template.Library()


@register.filter
def role_word(role: str) -> str:
    """The word of a role on screens; an unknown code is shown as it stands."""
    info = ROLES.get(role)
    return str(info.label) if info else role


@register.simple_tag
def hit_url(kind: SearchKind, hit: Hit) -> str:
    """Where a hit of the search leads: {% hit_url group.kind hit %}."""
    return reverse(kind.address, kwargs={"uuid": hit.uuid})
