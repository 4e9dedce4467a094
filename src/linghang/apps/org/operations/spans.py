"""Keeping what is derived from dated lives in step: spans of the roster, the place of a person, of his account."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from linghang.apps.access import operations as access
from linghang.apps.org.data.posts import MembershipKind
from linghang.apps.org.data.spans import Held, Span, spans_of
from linghang.apps.org.models import Membership, Organisation, Person, PersonClass, RosterSpan, Standing
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer

TRACKS = {
    MembershipKind.PARTY.value: "branch",
    MembershipKind.WORK.value: "unit",
    MembershipKind.GROUP.value: "group",
}


def keep_in_step(people: Collection[int], *, actor: Viewer) -> None:
    """Make the spans of some people anew and move those whose home is another one now, with their accounts."""
    with system_scope(reason="what is derived follows its rows wherever they hang"):
        spans = {person: spans_of(rows) for person, rows in _held(people).items()}
        RosterSpan.objects.filter(person_id__in=people).delete()
        nodes = _nodes(span for found in spans.values() for span in found)
        names = _names(people)
        rows = [_row(person, span, nodes, names) for person, found in spans.items() for span in found]
        RosterSpan.objects.bulk_create(rows, batch_size=2000)
        homes = {person: nodes[found[-1].home] for person, found in spans.items() if found}
        _move(homes, actor)


def _held(people: Collection[int]) -> dict[int, list[Held]]:
    held: dict[int, list[Held]] = {person: [] for person in people}
    memberships = Membership.objects.filter(person_id__in=people, kind__in=TRACKS)
    for person, kind, organisation, since, until in memberships.values_list(
        "person_id", "kind", "organisation_id", "valid_from", "valid_to"
    ):
        held[person].append(Held(TRACKS[kind], organisation, since, until))
    standings = Standing.objects.filter(person_id__in=people)
    for person, status, since, until in standings.values_list("person_id", "status", "valid_from", "valid_to"):
        held[person].append(Held("standing", status, since, until))
    classes = PersonClass.objects.filter(person_id__in=people)
    for person, code, since, until in classes.values_list("person_id", "code", "valid_from", "valid_to"):
        held[person].append(Held("person_class", code, since, until))
    return held


def _nodes(spans: Iterable[Span]) -> dict[int, int]:
    homes = {span.home for span in spans}
    return dict(Organisation.objects.filter(pk__in=homes).values_list("pk", "node_id"))


def _names(people: Collection[int]) -> dict[int, tuple[str, str]]:
    rows = Person.objects.filter(pk__in=people).values_list("pk", "name", "search_text")
    return {person: (name, words) for person, name, words in rows}


def _row(person: int, span: Span, nodes: dict[int, int], names: dict[int, tuple[str, str]]) -> RosterSpan:
    name, words = names.get(person, ("", ""))
    return RosterSpan(
        name=name,
        search_text=words,
        person_id=person,
        home_id=span.home,
        node_id=nodes[span.home],
        branch_id=span.branch,
        unit_id=span.unit,
        group_id=span.group,
        standing=span.standing,
        person_class=span.person_class,
        valid_from=span.since,
        valid_to=span.until,
    )


def _move(homes: dict[int, int], actor: Viewer) -> None:
    by_node: dict[int, list[int]] = defaultdict(list)
    accounts: list[tuple[int, int]] = []
    for person, node, user in Person.objects.filter(pk__in=homes).values_list("pk", "node_id", "user_id"):
        if node != homes[person]:
            by_node[homes[person]].append(person)
            if user is not None:
                accounts.append((user, homes[person]))
    for node, moved in by_node.items():
        Person.objects.filter(pk__in=moved).update(node_id=node)
    access.settle_homes(homes=accounts, actor=actor)
