"""花名册: who belonged where on a day, with what 政治面貌; any past day, inside the open scope."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Collate

from linghang.apps.org.data import PARTY_MEMBERS, STANDINGS, TITLES, RosterLine
from linghang.apps.org.models import Membership, Mobility, Post, RosterSpan, Transfer
from linghang.apps.org.queries.dated import covers
from linghang.apps.org.queries.spans import spans_in_sight
from linghang.apps.org.queries.trees import nodes_below, organisations_named
from linghang.ui.web.paging import Page, page_of
from linghang.ui.web.scope import current_scope

PARTY = "party"  # 党员, probationary ones included
MOST_EXPORTED = 50_000


@dataclass(frozen=True)
class RosterFilter:
    """What a roster is asked for; empty means everything. `place` are words of organisations, `below` is one of
    them, both with all below; `standing` may also be `PARTY`; `state` away | on_the_way."""

    on: date
    search: str = ""
    below: UUID | None = None
    place: str = ""
    standing: str = ""
    person_class: str = ""
    state: str = ""


def roster_page(asked: RosterFilter, *, number: int) -> Page[RosterLine]:
    """One page of the roster of a day, in the order of the tree, then by name."""
    page = page_of(_ordered(asked).only("pk"), number, lambda span: span.pk)
    return Page(_lines(_spans(page.rows), asked.on), page.number, page.total, page.per_page)


def roster_rows(asked: RosterFilter) -> list[RosterLine]:
    """All rows that the list shows, for the export."""
    return _lines(list(_with_names(_ordered(asked))[:MOST_EXPORTED]), asked.on)


def members_on(organisations: Iterable[UUID], *, on: date) -> dict[UUID, list[RosterLine]]:
    """Who belonged to each organisation itself on a day, whatever it is: a branch, a unit, a group, a study group."""
    wanted = set(organisations)
    ways = Membership.objects.filter(covers(on), organisation__uuid__in=wanted)
    pairs = list(ways.values_list("person_id", "organisation__uuid").distinct())
    people = {person for person, _organisation in pairs}
    spans = list(_with_names(RosterSpan.objects.filter(covers(on), person_id__in=people)))
    lines = {span.person_id: line for span, line in zip(spans, _lines(spans, on), strict=True)}
    found: dict[UUID, list[RosterLine]] = {uuid: [] for uuid in wanted}
    for person, organisation in pairs:
        if person in lines:
            found[organisation].append(lines[person])
    return {uuid: sorted(rows, key=lambda row: row.name) for uuid, rows in found.items()}


def home_of(people: Iterable[UUID], *, on: date) -> dict[UUID, int]:
    """The place (key of the node) of each person's branch, else unit, on a day; missing if he was nowhere."""
    spans = RosterSpan.objects.filter(covers(on), person__uuid__in=set(people))
    return dict(spans.values_list("person__uuid", "node_id"))


def count_by_standing(organisation: UUID, *, on: date) -> dict[str, int]:
    """How many of each 政治面貌 had their 组织关系 in a branch on a day."""
    found: dict[str, int] = defaultdict(int)
    for standing in RosterSpan.objects.filter(covers(on), branch__uuid=organisation).values_list("standing", flat=True):
        found[standing] += 1
    return dict(found)


def _ordered(asked: RosterFilter) -> QuerySet[RosterSpan]:
    rows = spans_in_sight(asked.on)
    if asked.search:
        rows = rows.filter(search_text__contains=asked.search.strip().casefold())
    if asked.below or asked.place:
        rows = rows.filter(node_id__in=_places(asked))
    if asked.standing:
        rows = rows.filter(standing__in=sorted(PARTY_MEMBERS) if asked.standing == PARTY else [asked.standing])
    if asked.person_class:
        rows = rows.filter(person_class=asked.person_class)
    return _in_state(rows, asked).order_by(Collate("node__path", "C"), "name", "person_id")


def _places(asked: RosterFilter) -> set[int]:
    """Places of the organisation asked for, or of all whose name, short name or code has these words."""
    found = [asked.below] if asked.below else organisations_named(asked.place)
    return {node for uuid in found for node in nodes_below(uuid, on=asked.on)}


def _with_names(rows: QuerySet[RosterSpan]) -> QuerySet[RosterSpan]:
    return rows.select_related("person__node", "person__user", "home", "branch", "unit", "group")


def _in_state(rows: QuerySet[RosterSpan], asked: RosterFilter) -> QuerySet[RosterSpan]:
    """Those away or on the way; the spans are in scope already, so the registers are read without asking again."""
    if asked.state == "away":
        moves = Mobility._base_manager.filter(covers(asked.on), direction="out", voided_at__isnull=True)
        return rows.filter(person_id__in=moves.values("person_id"))
    if asked.state == "on_the_way":
        sent = Transfer._base_manager.filter(sent_on__lte=asked.on, voided_at__isnull=True)
        open_ones = sent.filter(received_on__isnull=True, cancelled_on__isnull=True)
        return rows.filter(person_id__in=open_ones.values("person_id"))
    return rows


def _spans(keys: Sequence[int]) -> list[RosterSpan]:
    """The rows of one page with all their names, in the order of the keys."""
    found = {span.pk: span for span in _with_names(RosterSpan._base_manager.filter(pk__in=keys))}
    return [found[key] for key in keys]


def _lines(spans: Sequence[RosterSpan], on: date) -> list[RosterLine]:
    titles = _titles([span.person_id for span in spans], on)
    return [_line(span, titles, readable=_readable(span)) for span in spans]


def _readable(span: RosterSpan) -> bool:
    """His file is where he is today; the roster of a past day also names those who have gone elsewhere."""
    scope = current_scope()
    own = span.person.user is not None and span.person.user.uuid == scope.reader
    return own or scope.reaches(span.person.node.path)


def _titles(people: Sequence[int], on: date) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    posts = Post.objects.filter(covers(on), person_id__in=people).order_by("valid_from", "pk")
    for person, title in posts.values_list("person_id", "title"):
        found[person].append(str(TITLES[title].label))
    return found


def _line(span: RosterSpan, titles: dict[int, list[str]], *, readable: bool) -> RosterLine:
    return RosterLine(
        uuid=span.person.uuid,
        name=span.person.name,
        code=span.person.code,
        branch=span.branch.name if span.branch else "",
        unit=span.unit.name if span.unit else "",
        group=span.group.name if span.group else "",
        standing=span.standing,
        standing_label=str(STANDINGS.get(span.standing, "")),
        person_class=span.person_class,
        titles=tuple(dict.fromkeys(titles.get(span.person_id, ()))),
        since=span.valid_from,
        until=span.valid_to,
        readable=readable,
        home=span.home.uuid,
    )
