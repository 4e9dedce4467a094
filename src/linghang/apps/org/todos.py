"""What the front page asks people to do about gaps. Derived from today's dates: nothing has to run at night."""

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.access.queries import scope_on_address
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries.composition import incomplete_named
from linghang.apps.org.queries.files import person_of_user
from linghang.apps.org.queries.overview import first_blanks
from linghang.apps.org.queries.quotas import late_links, rule_of
from linghang.apps.org.words import told
from linghang.engine.packs.link_model import PEOPLE
from linghang.ui.panels import Todo
from linghang.ui.web.clock import today
from linghang.ui.web.scope import use_scope
from linghang.ui.web.viewer import NOBODY, Viewer

FIXERS = ("officer", "secretary", "organiser")
NAMED = 3


def gap_todos(request: HttpRequest) -> Iterator[Todo]:
    """Blank teams, zones and slots for those who can fill them; late visits for the leader himself and the office."""
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    on = getattr(request, "today", None) or today()
    if not viewer.has(*FIXERS, "leader"):
        return
    scope = scope_on_address(viewer, "org:coverage", on=on)
    if scope is None:
        return
    with use_scope(scope):
        found = [*_gaps(on)] if viewer.has(*FIXERS) else []
        found += _visits(viewer, on)
    yield from found


def _gaps(on: date) -> Iterator[Todo]:
    blanks = first_blanks(on=on, of=("team", "zone"), most=NAMED + 1)
    for said in pack_in_force(on=on).coverages.values():
        gaps = blanks.gaps.get(said.id)
        if gaps:
            lines = "、".join(gap.line.name for gap in gaps[:NAMED]) + ("……" if len(gaps) > NAMED else "")
            ways = "、".join(told(each) for each in said.suggestions)
            yield Todo(
                _("消除空白：%(names)s") % {"names": lines},
                _address("gaps", of=said.id),
                _("去安排"),
                note=_("空白%(n)d天；可以%(ways)s") % {"n": gaps[0].days, "ways": ways},
            )

    names, first = incomplete_named(blanks.slots, on=on)
    if first is not None:
        named = "、".join(names[:NAMED]) + ("……" if len(names) > NAMED else "")
        empty = "、".join(slot.title for slot in first.empty)
        yield Todo(
            _("补齐支部组成：%(names)s") % {"names": named},
            _address("compositions"),
            _("去补齐"),
            note=_("%(name)s缺%(empty)s") % {"name": first.name, "empty": empty},
        )


def _visits(viewer: Viewer, on: date) -> Iterator[Todo]:
    """Whoever holds no office that sees to it is reminded of his own links alone."""
    own = None
    if not viewer.has(*FIXERS):
        own = person_of_user(viewer.uuid) if viewer.uuid else None
        if own is None:
            return
    for kind in pack_in_force(on=on).links.values():
        if kind.quota is None or kind.slot is not None or not set(kind.left) & set(PEOPLE):
            continue
        late = late_links(kind, on=on, own=own)
        if late:
            names = "、".join(f"{each.left}—{each.right} {each.text}" for each in late[:NAMED])
            more = "……" if len(late) > NAMED else ""
            yield Todo(
                _("%(kind)s次数不够：%(names)s") % {"kind": told(kind.title), "names": names + more},
                _address("quotas", kind=kind.id),
                _("查看"),
                rule=rule_of(kind),
            )


def _address(name: str, **query: str) -> str:
    return f"{reverse(f'org:{name}')}{'?' + urlencode(query) if query else ''}"
