"""What this room shows on pages of others: things to do, and the cases of a person or an organisation."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.apps.loops.data import CaseLine
from linghang.apps.loops.permissions import PARTICIPANTS
from linghang.apps.loops.queries import waiting_for
from linghang.ui.panels import Todo
from linghang.ui.web.clock import today
from linghang.ui.web.scope import scope_of, use_scope
from linghang.ui.web.viewer import NOBODY, Viewer

BATCH = 3  # from so many declarations on they are one line


@dataclass(frozen=True)
class Cases:
    """Some cases and where all of them are."""

    lines: tuple[CaseLine, ...]
    url: str
    total: int = 0
    overdue: int = 0


def todos(request: HttpRequest) -> Iterator[Todo]:
    """Cases whose next step is the viewer's; many declarations are one line."""
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    if viewer.uuid is None or not viewer.has(*PARTICIPANTS):
        return
    day = today()
    with use_scope(scope_of(viewer.uuid, roles=PARTICIPANTS, on=day)):
        lines = waiting_for(viewer, today=day)
    declared = [line for line in lines if line.kind == "declaration" and line.waits != ""]
    many = len(declared) >= BATCH
    for line in lines:
        if not (many and line in declared):
            yield _todo(line)
    if many:
        first = declared[0].standing
        title = ngettext("确认 %(n)d 条申报", "确认 %(n)d 条申报", len(declared)) % {"n": len(declared)}
        yield Todo(title, reverse("loops:confirm"), _("去确认"), due=first.due, left=first.left, rule=first.words)


def _todo(line: CaseLine) -> Todo:
    late = line.standing.level_label
    return Todo(
        f"{line.title}（{line.state_label}）",
        reverse("loops:case", args=[line.uuid]),
        _("去办"),
        due=line.standing.due,
        left=line.standing.left,
        rule=line.standing.words,
        note=" · ".join(part for part in (line.kind_label, line.number, late) if part),
    )
