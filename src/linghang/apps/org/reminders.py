"""What this room puts on the to-do list: terms that end, transfers on the way, contacts to be made, one's own check."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.access.queries import scope_on_address
from linghang.apps.org.queries import contact_counts, open_transfers, reminder_of, terms_ending
from linghang.apps.org.queries.contacts import own_contact
from linghang.apps.org.queries.transfers import overdue_abroad
from linghang.ui.panels import Todo
from linghang.ui.web.routes import may_open
from linghang.ui.web.scope import use_scope
from linghang.ui.web.viewer import NOBODY, Viewer

MOST_NAMED = 5
ASK_AHEAD = timedelta(days=30)


def term_reminders(request: HttpRequest) -> Iterator[Todo]:
    """180, 90 and 30 days before the end, to the branch and to its superior; several of them are one line."""
    viewer, today = _who(request)
    if not may_open(viewer.roles, "org:organisation-terms", "POST"):
        return
    scope = scope_on_address(viewer, "org:organisation-terms", on=today)
    if scope is None:
        return
    with use_scope(scope):
        lines = terms_ending(on=today)
    rule = _("自选举之日起算，届满前180、90、30天提醒本组织和上级")
    if len(lines) > MOST_NAMED:
        words = _("%(n)d个组织半年内届满或已届满") % {"n": len(lines)}
        yield Todo(words, reverse("org:terms"), _("查看"), due=lines[0].ends_on, rule=rule)
        return
    for line in lines:
        if line.left < 0:
            words = _("%(name)s任期已届满%(days)d天，请换届或登记延期") % {"name": line.name, "days": -line.left}
        else:
            days = reminder_of(line.left)
            words = _("%(name)s任期剩%(left)d天（%(days)d天提醒）") % {
                "name": line.name,
                "left": line.left,
                "days": days,
            }
        yield Todo(
            words, reverse("org:organisation-terms", args=[line.organisation]), _("查看"), line.ends_on, rule=rule
        )


def transfer_reminders(request: HttpRequest) -> Iterator[Todo]:
    """Transfers on the way, the overdue ones by name."""
    viewer, today = _who(request)
    scope = scope_on_address(viewer, "org:transfer", on=today)
    if scope is None:
        return
    with use_scope(scope):
        lines = open_transfers(on=today)
    late = [line for line in lines if line.state == "overdue"]
    for line in late[:MOST_NAMED]:
        words = _("%(name)s的组织关系转接已超期，未见回执") % {"name": line.name}
        yield Todo(words, reverse("org:transfer", args=[line.uuid]), _("办结"), due=line.due_on)
    rest = len(lines) - len(late[:MOST_NAMED])
    if rest:
        words = _("%(n)d人组织关系在途") % {"n": rest}
        yield Todo(words, f"{reverse('org:transfers')}?state=on_the_way", _("查看"))


def abroad_reminders(request: HttpRequest) -> Iterator[Todo]:
    """Whose day of coming back has passed: the branch asks him, and ends the stay or writes another day."""
    viewer, today = _who(request)
    scope = scope_on_address(viewer, "org:mobility-end", on=today)
    if scope is None:
        return
    with use_scope(scope):
        lines = overdue_abroad(on=today)
    for line in lines[:MOST_NAMED]:
        words = _("%(name)s预计回来的日期已过，请核实") % {"name": line.title}
        yield Todo(words, reverse("org:mobility-end", args=[line.uuid]), _("办理"), note=line.note)
    if len(lines) > MOST_NAMED:
        words = _("还有%(n)d人预计回来的日期已过") % {"n": len(lines) - MOST_NAMED}
        yield Todo(words, reverse("org:mobility"), _("查看"))


def contact_reminders(request: HttpRequest) -> Iterator[Todo]:
    """How many party members were not in touch for half a year: the branch asks them."""
    viewer, today = _who(request)
    if not viewer.has("secretary", "organiser"):
        return
    scope = scope_on_address(viewer, "org:contacts", on=today)
    if scope is None:
        return
    with use_scope(scope):
        due, _never, failed = contact_counts(on=today)
    rule = _("每半年与每名党员核对一次联系方式")
    if due:
        words = _("%(n)d名党员半年没有核对联系方式") % {"n": due}
        yield Todo(words, f"{reverse('org:contacts')}?state=due", _("去核对"), rule=rule)
    if failed:
        words = _("%(n)d名党员上次没有联系上") % {"n": failed}
        yield Todo(words, f"{reverse('org:contacts')}?state=failed", _("再联系"), rule=rule)


def own_reminder(request: HttpRequest) -> Iterator[Todo]:
    """A member confirms himself that he can be reached, by one tap."""
    viewer, today = _who(request)
    scope = scope_on_address(viewer, "org:me", on=today)
    if scope is None or viewer.uuid is None:
        return
    with use_scope(scope):
        state = own_contact(viewer.uuid, on=today)
    if state is not None and (state.due is None or state.due <= today + ASK_AHEAD):
        yield Todo(_("确认您的联系方式仍然有效"), f"{reverse('org:me')}#contact", _("去确认"), due=state.due)


def _who(request: HttpRequest) -> tuple[Viewer, date]:
    return getattr(request, "viewer", NOBODY), request.today  # type: ignore[attr-defined]  # set by the middleware
