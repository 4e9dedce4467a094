"""Keeping what is derived from dated lives in step: spans of the roster, the place of a person, of his account."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from linghang.apps.access import operations as access
from linghang.apps.org.data.posts import MembershipKind
from linghang.apps.org.data.spans import Held, Span, spans_of
from linghang.apps.org.models import Membership, Organisation, Person, PersonClass, RosterSpan, Standing
from linghang.apps.org.search.spoken import order_of
from linghang.ui.web.copied import copy_rows
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer

TRACKS = {
    MembershipKind.PARTY.value: "branch",
    MembershipKind.WORK.value: "unit",
    MembershipKind.GROUP.value: "group",
}
COLUMNS = (
    "person_id", "home_id", "node_id", "branch_id", "unit_id", "group_id", "standing", "person_class", "name",
    "search_text", "sound", "valid_from", "valid_to",
)  # fmt: skip


def keep_in_step(people: Collection[int], *, actor: Viewer) -> None:
    """Make the spans of some people anew and move those whose home is another one now, with their accounts."""
    with system_scope(reason="what is derived follows its rows wherever they hang"):
        spans = {person: spans_of(rows) for person, rows in _held(people).items()}
        RosterSpan.objects.filter(person_id__in=people).delete()
        nodes = _nodes(span for found in spans.values() for span in found)
        names = _names(people)
        write_spans(
            ((person, *names.get(person, ("", "")), span) for person, found in spans.items() for span in found), nodes
        )
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


def write_spans(rows: Iterable[tuple[int, str, str, Span]], nodes: Mapping[int, int]) -> None:
    """Spans as (person, name, words by which he is found, span); `nodes` are the places of organisations."""
    copy_rows("org_rosterspan", COLUMNS, (_row(*row, nodes) for row in rows))


def _row(person: int, name: str, words: str, span: Span, nodes: Mapping[int, int]) -> tuple[Any, ...]:
    """In the order of COLUMNS."""
    home = span.home
    return (
        person, home, nodes[home], span.branch, span.unit, span.group, span.standing, span.person_class, name, words,
        order_of(name), span.since, span.until,
    )  # fmt: skip


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
