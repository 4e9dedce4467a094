"""现在: the month that is still being recorded, computed for this one person as things stand; 预计, and said so."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.months import BookState
from linghang.apps.appraisal.data.packs import BindingLine
from linghang.apps.appraisal.data.statements import Ground, MonthSum, Sight, SpanSum, Stand, StatementPage
from linghang.apps.appraisal.models import Book
from linghang.apps.appraisal.policies.statements import sight_of_group, sight_on
from linghang.apps.appraisal.queries.corrections import adjustment_lines
from linghang.apps.appraisal.queries.month_again import Again, in_order
from linghang.apps.appraisal.queries.own import Whose, whose
from linghang.apps.appraisal.queries.packs import bindings_at, pack_of
from linghang.apps.appraisal.queries.results import live_inputs
from linghang.apps.appraisal.queries.sight import Rows
from linghang.apps.appraisal.queries.spans import next_steps, span_sum, spans_of
from linghang.apps.appraisal.queries.statements import with_behind
from linghang.apps.appraisal.words import title_in_language, titles_of
from linghang.apps.org.queries.groups import group_path_of
from linghang.apps.org.queries.year_roster import PlaceRow, member_spans, places_by_key
from linghang.engine.periods import Month
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer

MEMBERS = "member"


def home_in(subject: UUID, month: Month) -> PlaceRow | None:
    """The branch to which a person's month belongs: where he was on its last day, or on his last day in it."""
    spans = member_spans(since=month.first, until=month.last, people=[subject])
    return places_by_key([spans[-1].branch]).get(spans[-1].branch) if spans else None


def binding_at(place: PlaceRow, month: Month, scheme: str = "") -> BindingLine | None:
    """The scheme of members that holds at a branch in a month: the one named, else the first."""
    held = bindings_at([place.path], month=month)[place.path]
    for line in (line for name, line in sorted(held.items()) if scheme in ("", name)):
        if pack_of(line.version).schemes[line.scheme].subject == MEMBERS:
            return line
    return None


def is_recorded(place: PlaceRow, scheme: str, month: Month) -> bool:
    """Whether the branch's month is still being recorded, or closed and not yet settled."""
    with system_scope(reason="how far a branch's month is decides which page of it there is, before anything is shown"):
        states = Book.objects.filter(place_id=place.key, scheme=scheme, month=month.index).values_list(
            "state", flat=True
        )
        return set(states) <= {BookState.RECORDING, BookState.CLOSED} and bool(states)


@dataclass(frozen=True)
class OpenMonth:
    """A month that is still open, whose it is, and as what the viewer sees it."""

    subject: UUID
    month: Month
    person: Whose
    place: PlaceRow
    binding: BindingLine
    sight: Sight


def open_month(viewer: Viewer, subject: UUID, scheme: str, month: Month, *, on: date) -> OpenMonth | None:
    """None for a month that has not begun, where no scheme holds, and where the viewer sees nothing of the person."""
    place = home_in(subject, month) if month <= Month.of(on) else None
    binding = binding_at(place, month, scheme) if place else None
    if place is None or binding is None or not is_recorded(place, binding.scheme, month):
        return None
    group = group_path_of(subject, on=on) if viewer.has("group_leader") else ""
    try:
        person = whose(subject, of_group=sight_of_group(viewer, group))
    except DomainError:
        return None
    sight = sight_on(viewer, owner=person.logged_as, paths=[place.path], group=group, final=False)
    return OpenMonth(subject, month, person, place, binding, sight) if sight else None


def live_page(viewer: Viewer, rows: Rows, found: OpenMonth, *, now: datetime) -> StatementPage | None:
    """The month as things stand now; None where nobody has begun to keep the month's book."""
    from linghang.apps.appraisal.explaining.difference import Side, difference_sentence
    from linghang.apps.appraisal.explaining.lines import category_bars, priced_line
    from linghang.engine.settle.plainly.reference import settle_member

    subject, month, person, binding = found.subject, found.month, found.person, found.binding
    try:
        given = live_inputs(binding.key, subject, month)
    except DomainError:
        return None
    facts = in_order(given.plan, given.facts)
    result = settle_member(given.plan, given.member, facts, given.closed, given.around)
    again = Again(given.plan, month, result)
    total, titles = again.total_of(month), titles_of(again.plan.scheme.items)
    lines = with_behind(viewer, [priced_line(again.plan, line) for line in again.lines], on=now.date())
    said = difference_sentence(month, Side(again.plan, total, again.lines), None)  # half a month compares with none
    return StatementPage(
        uuid=None,
        subject=subject,
        name=person.name,
        code=person.code,
        place=found.place.name,
        scheme_id=binding.scheme,
        month=month,
        stand=Stand.EXPECTED,
        state=str(again.result.states[month]),
        total=total,
        sentence=_("到现在，%(said)s") % {"said": said},
        bars=() if total is None else tuple(category_bars(again.plan, again.lines, month)),
        lines=tuple(lines),
        unknown=tuple(titles[item] for m, item in again.result.unknown if m == month),
        adjustments=adjustment_lines(rows.booked_in(month)),
        spans=_spans(rows, month, again, total),
        ground=_ground(again, binding, now),
        live=True,
        classes=again.classes,
    )


def _spans(rows: Rows, month: Month, again: Again, total: int | None) -> tuple[SpanSum, ...]:
    """Quarter and year with the open month as it stands."""
    spans = [(span, _with(span_sum(rows, month, span), month, total)) for span in spans_of(again.plan)]
    steps = next_steps(again.plan, month, spans)
    return tuple(replace(summed, steps=steps.get(span, ())) for span, summed in spans)


def _with(summed: SpanSum, month: Month, total: int | None) -> SpanSum:
    open_month = MonthSum(month, total, Stand.EXPECTED)
    return replace(summed, months=tuple(open_month if one.month == month else one for one in summed.months))


def _ground(again: Again, binding: BindingLine, now: datetime) -> Ground:
    pack = again.plan.pack
    return Ground(
        scheme=title_in_language(again.plan.scheme.title),
        pack=pack.label,
        document=pack.identity.document.get("number", ""),
        invented=pack.identity.invented,
        as_of=now,
        watermark=_("此刻已有的全部记录"),
        link=f"{reverse('appraisal:pack', args=[binding.version])}?month={again.month}",
    )
