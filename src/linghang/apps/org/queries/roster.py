"""花名册: who belonged where on a day, with what 政治面貌; any past day, inside the open scope."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from linghang.apps.org.data import STANDINGS, TITLES, RosterLine
from linghang.apps.org.models import Membership, Post, RosterSpan
from linghang.apps.org.queries.dated import covers
from linghang.apps.org.queries.roster_order import RosterFilter, keys_page, spans_ordered
from linghang.apps.org.search.spoken import sound_of
from linghang.ui.web.kept import kept_rows
from linghang.ui.web.paging import PER_PAGE, Page, all_rows
from linghang.ui.web.planned import planned
from linghang.ui.web.scope import current_scope


class _Span(NamedTuple):
    """What a line of the list needs of a span and everything around it: columns, not seven rows of models."""

    key: int
    person: int
    uuid: UUID
    name: str
    code: str
    user: UUID | None
    path: str
    home: UUID
    branch: str | None
    unit: str | None
    group: str | None
    standing: str
    person_class: str
    since: date
    until: date | None


_COLUMNS = (
    "pk", "person_id", "person__uuid", "person__name", "person__code", "person__user__uuid", "person__node__path",
    "home__uuid", "branch__name", "unit__name", "group__name", "standing", "person_class", "valid_from", "valid_to",
)  # fmt: skip


def roster_page(asked: RosterFilter, *, number: int) -> Page[RosterLine]:
    """One page of the roster of a day, in the order of the tree, then as the names sound."""
    page = keys_page(asked, number=number)
    return Page(_lines(_spans(page.rows), asked.on), page.number, page.total)


def roster_rows(asked: RosterFilter) -> list[RosterLine]:
    """All rows that the list shows, for the export."""
    return _lines([_Span(*values) for values in all_rows(spans_ordered(asked).values_list(*_COLUMNS))], asked.on)


def members_on(organisations: Iterable[UUID], *, on: date) -> dict[UUID, list[RosterLine]]:
    """Who belonged to each organisation itself on a day, whatever it is: a branch, a unit, a group, a study group.

    In the order in which the names sound.
    """
    wanted = set(organisations)
    ways = Membership.objects.filter(covers(on), organisation__uuid__in=wanted)
    pairs = list(ways.values_list("person_id", "organisation__uuid").distinct())
    people = {person for person, _organisation in pairs}
    spans = _read(RosterSpan.objects.filter(covers(on), person_id__in=people))
    lines = {span.person: line for span, line in zip(spans, _lines(spans, on), strict=True)}
    found: dict[UUID, list[RosterLine]] = {uuid: [] for uuid in wanted}
    for person, organisation in pairs:
        if person in lines:
            found[organisation].append(lines[person])
    return {
        uuid: sorted(rows, key=lambda row: (sound_of(row.name), row.name, row.code)) for uuid, rows in found.items()
    }


def belonged(people: Iterable[UUID], organisation: UUID, *, on: date) -> set[UUID]:
    """Those of some people whom `members_on` names for the organisation, in one statement."""
    there = Membership.objects.filter(covers(on), organisation__uuid=organisation).values("person_id")
    spans = RosterSpan.objects.filter(covers(on), person__uuid__in=set(people), person_id__in=there)
    return set(spans.values_list("person__uuid", flat=True))


def home_of(people: Iterable[UUID], *, on: date) -> dict[UUID, int]:
    """The place (key of the node) of each person's branch, else unit, on a day; missing if he was nowhere."""
    spans = RosterSpan.objects.filter(covers(on), person__uuid__in=set(people))
    return dict(spans.values_list("person__uuid", "node_id"))


def count_by_standing(organisation: UUID, *, on: date) -> dict[str, int]:
    """How many of each 政治面貌 had their 组织关系 in a branch on a day."""
    return counts_by_standing([organisation], on=on).get(organisation, {})


def counts_by_standing(organisations: Collection[UUID], *, on: date) -> dict[UUID, dict[str, int]]:
    """The same for many branches in one statement; one without anybody is missing."""
    found: dict[UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = RosterSpan.objects.filter(covers(on), branch__uuid__in=set(organisations))
    for organisation, standing in rows.values_list("branch__uuid", "standing"):
        found[organisation][standing] += 1
    return {organisation: dict(counts) for organisation, counts in found.items()}


def _read(rows: QuerySet[RosterSpan]) -> list[_Span]:
    return [_Span(*values) for values in rows.values_list(*_COLUMNS)]


# what stands beside a span is fetched by its key: ten tables joined take the database longer to plan than to read
_BY_KEY = """
    SELECT s.id, s.person_id, p.uuid, p.name, p.code,
        (SELECT u.uuid FROM access_user u WHERE u.id = p.user_id),
        (SELECT n.path FROM access_scopenode n WHERE n.id = p.node_id),
        (SELECT o.uuid FROM org_organisation o WHERE o.id = s.home_id),
        (SELECT o.name FROM org_organisation o WHERE o.id = s.branch_id),
        (SELECT o.name FROM org_organisation o WHERE o.id = s.unit_id),
        (SELECT o.name FROM org_organisation o WHERE o.id = s.group_id),
        s.standing, s.person_class, s.valid_from, s.valid_to
    FROM org_rosterspan s JOIN org_person p ON p.id = s.person_id WHERE s.id = ANY(%s::bigint[])
"""


def _spans(keys: Sequence[int]) -> list[_Span]:
    """The rows of one page with all their names, in the order of the keys, which were found in sight."""
    found = {row[0]: _Span(*row) for row in planned(_BY_KEY, [list(keys)])} if keys else {}
    return [found[key] for key in keys]


def _lines(spans: Sequence[_Span], on: date) -> list[RosterLine]:
    titles = _titles([span.person for span in spans], on)
    return [_line(span, titles, readable=_readable(span)) for span in spans]


def _readable(span: _Span) -> bool:
    """His file is where he is today; the roster of a past day also names those who have gone elsewhere."""
    scope = current_scope()
    return (span.user is not None and span.user == scope.reader) or scope.reaches(span.path)


def _titles(people: Sequence[int], on: date) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    few = len(people) <= PER_PAGE  # an export is asked for seldom, with other people each time
    for person, title in kept_rows(_held, on, given=tuple(people), one_plan=few, keep=few):
        found[person].append(str(TITLES[title].label))
    return found


def _held(on: date, people: Sequence[int]) -> QuerySet[Post, Any]:
    posts = Post.objects.filter(covers(on), person_id__in=people).order_by("valid_from", "pk")
    return posts.values_list("person_id", "title")


def _line(span: _Span, titles: dict[int, list[str]], *, readable: bool) -> RosterLine:
    return RosterLine(
        uuid=span.uuid,
        name=span.name,
        code=span.code,
        branch=span.branch or "",
        unit=span.unit or "",
        group=span.group or "",
        standing=span.standing,
        standing_label=str(STANDINGS.get(span.standing, "")),
        person_class=span.person_class,
        titles=tuple(dict.fromkeys(titles.get(span.person, ()))),
        since=span.since,
        until=span.until,
        readable=readable,
        home=span.home,
    )
