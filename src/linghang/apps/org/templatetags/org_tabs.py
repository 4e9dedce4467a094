"""The pages of this room beside each other, as far as the viewer's posts open them."""

from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.ui.web.routes import may_open

register = template.Library()

PAGES: tuple[tuple[str, Any], ...] = (
    ("org:list", gettext_lazy("组织")),
    ("org:roster", gettext_lazy("花名册")),
    ("org:coverage", gettext_lazy("覆盖和缺口")),
    ("org:terms", gettext_lazy("届次")),
    ("org:transfers", gettext_lazy("转接登记")),
    ("org:mobility", gettext_lazy("流动和出国（境）")),
    ("org:contacts", gettext_lazy("联系核对")),
    ("org:former", gettext_lazy("历史党员")),
)


@register.simple_tag(takes_context=True)
def org_tabs(context: Context) -> SafeString:
    """Tabs over the list pages: {% org_tabs %}; nothing when only one of them is open to the viewer."""
    request = context["request"]
    here = request.resolver_match.view_name if request.resolver_match else ""
    tabs = [
        {"label": label, "url": reverse(name), "current": name == here}
        for name, label in PAGES
        if may_open(request.viewer.roles, name)
    ]
    if len(tabs) < 2:
        return SafeString("")
    return render_to_string("ui/c/tabs.html", {"tabs": tabs, "label_for": _("组织")})
