"""What waits for somebody's decision, for front pages: measures and selections that another proposed, the own
committee's book, a year that can be closed."""

from collections.abc import Iterator
from datetime import date

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.access.queries import scope_on_address
from linghang.apps.appraisal.panels_duty import binding_todos
from linghang.apps.appraisal.queries.deciding import own_books_to_approve, proposed_rounds
from linghang.apps.appraisal.queries.year_end import year_ends
from linghang.engine.periods import Month
from linghang.ui.panels import Todo
from linghang.ui.web.scope import Scope, use_scope
from linghang.ui.web.viewer import NOBODY, Viewer

YEAR_END_MONTHS = 6  # of the new year in which the old one is still spoken of


def deciding_todos(request: HttpRequest) -> Iterator[Todo]:
    """For leaders and officers, who may be the second person; for officers also at the turn of the year."""
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    today: date | None = getattr(request, "today", None)
    yield from binding_todos(request)
    if today is None or not viewer.has("leader", "officer"):
        return
    yield from _rounds(viewer, scope_on_address(viewer, "appraisal:selection-confirm", on=today))
    books = scope_on_address(viewer, "appraisal:books", on=today)
    if books is not None and viewer.has("leader"):
        yield from _own_books(viewer, books, today)
    if books is not None and viewer.has("officer") and today.month <= YEAR_END_MONTHS:
        yield from _year_ends(books, today)


def _rounds(viewer: Viewer, scope: Scope | None) -> Iterator[Todo]:
    if scope is None or viewer.uuid is None:
        return
    with use_scope(scope):
        waiting = proposed_rounds(but_of=viewer.uuid)
    for line in waiting:
        words = _("%(place)s · %(who)s提出") % {"place": line.place, "who": line.by}
        url = reverse("appraisal:selection", args=[line.uuid])
        yield Todo(_("审定“%(title)s”") % {"title": line.title}, url, _("去审定"), note=words, awaited=True)


def _own_books(viewer: Viewer, scope: Scope, today: date) -> Iterator[Todo]:
    """Of the committee that the viewer leads: once they were shown for their days."""
    places = frozenset(grant.path for grant in viewer.grants if grant.role == "leader")
    with use_scope(scope):
        for row in own_books_to_approve(places, on=today, but_of=viewer.uuid):
            title = _("审定%(month)s月%(scheme)s") % {"month": row.month.month, "scheme": row.title}
            yield Todo(title, reverse("appraisal:book", args=[row.uuid]), _("去审定"), note=row.place, awaited=True)


def _year_ends(scope: Scope, today: date) -> Iterator[Todo]:
    """年终关账 of the last year, once its closing period is over."""
    december = Month(today.year - 1, 12)
    with use_scope(scope):
        for end in year_ends(december.year):
            if end.due(today):
                url = f"{reverse('appraisal:books')}?month={december}&scheme={end.scheme}"
                title = _("办%(year)s年年终关账") % {"year": december.year}
                yield Todo(title, url, _("去办"), note=end.title, awaited=True)
