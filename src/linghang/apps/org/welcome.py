"""What the front page says on the first day, when nothing is there yet."""

from collections.abc import Iterator
from datetime import date

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.access.data import Role
from linghang.apps.access.queries import any_place_exists, anybody_holds, scope_on_address
from linghang.apps.org.queries.first_days import any_branch, anybody_belongs
from linghang.ui.panels import Todo
from linghang.ui.web.scope import system_scope, use_scope
from linghang.ui.web.viewer import NOBODY, Viewer


def first_steps(request: HttpRequest) -> Iterator[Todo]:
    """The next step of whoever sets the unit up: the top organisation, an officer, branches, people, secretaries."""
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    today: date | None = getattr(request, "today", None)
    if today is None:
        return
    if viewer.has(Role.SYSTEM_ADMIN):
        yield from _of_the_admin(today)
    scope = scope_on_address(viewer, "org:accounts", on=today) if viewer.has(Role.OFFICER) else None
    if scope is not None:
        with use_scope(scope):
            step = next(_of_the_officer(today), None)
        if step is not None:
            yield step


def _of_the_admin(today: date) -> Iterator[Todo]:
    if not any_place_exists():
        note = _("先建党委（或党总支、党支部），再建下级组织和账号：账号和职务都挂在组织上。")
        yield Todo(_("建立本单位的顶层组织"), reverse("org:create"), _("去建立"), note=note)
        return
    with system_scope(reason="only whether anybody has been given such a post at all"):
        begun = anybody_holds({Role.OFFICER, Role.SECRETARY}, on=today)
    if not begun:
        note = _("党务干部自己导入组织和花名册，启用积分办法；您不用代办，也看不到业务数据。")
        yield Todo(_("给党务干部建账号，打印激活单"), reverse("access:user-create"), _("去建账号"), note=note)


def _of_the_officer(today: date) -> Iterator[Todo]:
    """What is missing first; a unit with people and secretaries asks no more."""
    people = anybody_belongs()
    if not people and not any_branch():
        note = _("用您手头的表；支部建好以后再导入花名册。")
        yield Todo(_("第1步：导入党支部"), reverse("exchange:begin", args=["organisations"]), _("去导入"), note=note)
    elif not people:
        note = _("用您手头的花名册，表头不用改；确认之前什么都不写入，写错了可以整批撤销。")
        yield Todo(_("第2步：导入花名册"), reverse("exchange:begin", args=["roster"]), _("去导入"), note=note)
    elif not anybody_holds({Role.SECRETARY, Role.ORGANISER}, on=today):
        note = _("先在“导入—任职”里写明各支部书记，再建账号：职务随任职登记，账号凭激活单启用。")
        yield Todo(_("第3步：给各支部建账号"), reverse("org:accounts"), _("去建账号"), note=note)
