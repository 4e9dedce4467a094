"""Recording: what happened becomes facts, all or nothing, in one transaction with its chain entry."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils.translation import gettext as _

from linghang.apps.access.data import NodeLine
from linghang.apps.access.queries import find_node, paths_of_nodes
from linghang.apps.ledger.data.hooks import Appended, Told, after_append
from linghang.apps.ledger.data.records import NewEvent, NewFact, Recorded
from linghang.apps.ledger.data.subjects import MEMBER
from linghang.apps.ledger.models import Batch, Event
from linghang.apps.ledger.operations.chain import entries_for
from linghang.apps.ledger.operations.checking import Authors, Checker, role_of, slot
from linghang.apps.ledger.operations.rows import (
    FactContent,
    Owner,
    Stamp,
    Tables,
    add_words,
    event_row,
    fact_row,
    next_ids,
)
from linghang.apps.ledger.operations.subjects import ensure_subjects
from linghang.apps.ledger.queries.subjects import Known, known_subjects
from linghang.apps.org.packs import is_own, kind_holds
from linghang.engine.facts import Fact as EngineFact
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

MANY = 500
TOLD = 5_000  # facts of which upper rooms hear at once
Keyed = tuple[UUID, int, int, NewFact]  # what may stand only once, the fact, and which item of the call it is


def record(
    *,
    items: Sequence[NewFact],
    actor: Viewer,
    now: datetime,
    batch: UUID | None = None,
    event: NewEvent | None = None,
    confirmed_by: UUID | None = None,
) -> Recorded:
    """Record facts of subjects inside the open scope; raises NotRecorded with everything that is wrong.

    `event` is the event of all items that name none; `confirmed_by` the account of who vouched for them. Subjects of
    people and organisations are made when they are met for the first time.
    """
    with writing(actor, "record"):
        given = [item if item.event is not None or event is None else replace(item, event=event) for item in items]
        recording = Recording(actor=actor, now=now, batch=batch, confirmed_by=confirmed_by)
        facts = recording.add(given, event, claim=True)
        recording.finish()
    return Recorded(tuple(facts), event.uuid if event else None)


class Recording:
    """One call of `record`, or all chunks of one import: what is known of subjects, places and events is kept."""

    def __init__(
        self, *, actor: Viewer, now: datetime, batch: UUID | None = None, confirmed_by: UUID | None = None
    ) -> None:
        self.actor, self.now = actor, now
        self.subjects: dict[UUID, Known] = {}
        self.checker = Checker(self.subjects, Authors(actor.uuid, confirmed_by), today=day_of(now))
        key, kind = _batch(batch) if batch else (None, "")
        self.stamp = Stamp(now, account_key(actor.uuid), account_key(confirmed_by), key, batch)
        self.imported = kind == "import"
        self.nodes: dict[UUID, NodeLine] = {}
        self.events: dict[UUID, tuple[int, int]] = {}
        self.slots: list[Keyed] = []
        self.written: list[Appended] = []
        self.count = 0

    def add(self, items: Sequence[NewFact], event: NewEvent | None = None, *, claim: bool = False) -> list[UUID]:
        """Check and write some items; once something is wrong, the rest is checked only. Returns the facts' uuids.

        `claim`: these are all, so what may stand only once can be claimed along with writing it.
        """
        first, self.count = self.count, self.count + len(items)
        self._meet(items)
        new_events = [one for one in _new_events(items, event) if one.uuid not in self.events]
        for one in new_events:
            self.checker.check_event(one)
        self._check_new(new_events)
        slots = [slot(item) for item in items]
        for index, item in enumerate(items, first):
            self.checker.check(index, item)
            self.checker.check_once(index, item, slots[index - first])
        placed = self._places(items, first)
        if self.checker.found:
            return []
        contents, tables = self._write(items, placed, new_events)
        keyed = [(s, c.id, n, i) for n, (s, c, i) in enumerate(zip(slots, contents, items, strict=True), first)]
        claims = sorted((s, key) for s, key, _index, _item in keyed) if claim else ()
        if not tables.insert(claims, lambda standing: self._refuse_taken(keyed, standing)):
            self.slots += keyed
        if after_append:
            self.written += [self._appended(content, item) for content, item in zip(contents, items, strict=True)]
        return [content.uuid for content in contents]

    def _appended(self, content: FactContent, item: NewFact) -> Appended:
        """With what is known of it, where it stands by itself and lies at its subject's own place of today."""
        known = self.subjects[item.subject]
        elsewhere = content.node != known.node or content.home not in (None, known.node)
        if self.imported or content.event is not None or elsewhere:
            return appended(content, imported=self.imported)
        words = {name: text.strip() for name, text in item.texts.items() if text.strip()}
        told = Told(known.label, known.user, known.place, known.path, as_stored(item.attributes), as_stored(words))
        return appended(content, told=told)

    def _refuse_taken(self, keyed: Sequence[Keyed], standing: Collection[int]) -> None:
        """Heard when the rows were written, which may be with the last statement of the operation."""
        for _slot, key, index, item in keyed:
            if key not in standing:
                self.checker.duplicate(index, item)
        self.checker.refuse()

    def finish(self) -> None:
        """Claim what may stand only once, in one order for everybody, and refuse what stands already; then tell."""
        self.checker.refuse()
        for index, item in claim_slots(self.slots):
            self.checker.duplicate(index, item)
        self.checker.refuse()
        for start in range(0, len(self.written), TOLD):
            tell(self.written[start : start + TOLD], self.now)

    def _check_new(self, events: Sequence[NewEvent]) -> None:
        """A form that is sent twice brings the same event again."""
        if events and Event.objects.filter(uuid__in=[one.uuid for one in events]).exists():
            raise DomainError("event_known", _("这次活动已经记录过，没有重复记录。请从记录里打开它。"), status=409)

    def _meet(self, items: Sequence[NewFact]) -> None:
        unknown = {item.subject for item in items} - self.subjects.keys()
        found = known_subjects(unknown)
        if len(found) < len(unknown):
            ensure_subjects(uuids=unknown - found.keys(), actor=self.actor)
            found |= known_subjects(unknown - found.keys())
        self.subjects.update(found)

    def _places(self, items: Sequence[NewFact], first: int) -> list[tuple[int, int | None]]:
        """Where each item happened and, of a person, his home."""
        placed = []
        for index, item in enumerate(items, first):
            known = self.subjects.get(item.subject)
            home = known.node_on(item.occurred_on) if known else 0
            node, top = (home, known.top) if known else (0, 0)
            if item.node is not None:
                place = self._node(item.node)
                node, top = place.key, place.top_key
            if known and top != known.top:
                words = _("记录的地点和对象不在同一个单位，不能记录。")
                self.checker.problem(index, item, "other-top", words)
            placed.append((node, home if known and known.type == MEMBER else None))
        self._check_held(items, placed, first)
        return placed

    def _check_held(self, items: Sequence[NewFact], placed: Sequence[tuple[int, int | None]], first: int) -> None:
        """A unit's own kinds are recorded only where, and of days on which, the pack that has them holds."""
        own = [n for n, item in enumerate(items) if is_own(item.kind) and item.kind in self.checker.kinds]
        if not own:
            return
        paths = paths_of_nodes({placed[n][1] or placed[n][0] for n in own})
        for n in own:
            item, path = items[n], paths.get(placed[n][1] or placed[n][0], "")
            if not kind_holds(item.kind, path=path, on=item.occurred_on):
                values = {"kind": self.checker.kinds[item.kind].title["zh"], "day": item.occurred_on.isoformat()}
                words = _("“%(kind)s”在%(day)s不是这里启用的办法里的记录，不能记录。请看“办法”页从哪个月起有效。")
                self.checker.problem(first + n, item, "kind-not-held", words % values)

    def _node(self, uuid: UUID) -> NodeLine:
        if uuid not in self.nodes:
            self.nodes[uuid] = find_node(uuid)
        return self.nodes[uuid]

    def _write(
        self,
        items: Sequence[NewFact],
        placed: Sequence[tuple[int, int | None]],
        new_events: Sequence[NewEvent],
    ) -> tuple[list[FactContent], Tables]:
        """Rows for their tables."""
        tables = Tables()
        keys, event_keys = next_ids(len(items), len(new_events))
        first = (placed[0][0], self.subjects[items[0].subject].top) if items else (0, 0)
        places = {e.uuid: self._event_place(e, first) for e in new_events}
        nodes = {node for node, _home in placed} | {node for node, _top in places.values()}
        entries = entries_for(nodes, now=self.now, many=len(items) > MANY)
        for one, key in zip(new_events, event_keys, strict=True):
            node, top = places[one.uuid]
            self.events[one.uuid] = (key, node)
            tables.add("ledger_event", event_row(one, key, node, top, self.stamp, entries[node]))
            owner = Owner(None, None, key, one.uuid, node)
            add_words(tables, owner, one.texts, one.evidence, self.stamp, entries[node])
        self._meet_events(items)
        contents = []
        for item, key, (node, home) in zip(items, keys, placed, strict=True):
            content = self._content(item, key, node, home)
            contents.append(content)
            tables.add("ledger_fact", fact_row(content, self.stamp, entries[node]))
            owner = Owner(key, item.uuid, None, None, node)
            add_words(tables, owner, item.texts, item.evidence, self.stamp, entries[node])
        return contents, tables

    def _event_place(self, event: NewEvent, otherwise: tuple[int, int]) -> tuple[int, int]:
        if event.node is None:
            return otherwise
        place = self._node(event.node)
        return place.key, place.top_key

    def _meet_events(self, items: Sequence[NewFact]) -> None:
        """Events that were recorded earlier, inside the open scope."""
        wanted = {item.event for item in items if isinstance(item.event, UUID)} - self.events.keys()
        if wanted:
            rows = Event.objects.filter(uuid__in=wanted).values_list("uuid", "pk", "node_id")
            self.events |= {uuid: (key, node) for uuid, key, node in rows}
            if wanted - self.events.keys():
                raise not_found()

    def _content(self, item: NewFact, key: int, node: int, home: int | None) -> FactContent:
        known = self.subjects[item.subject]
        event = item.event.uuid if isinstance(item.event, NewEvent) else item.event
        return FactContent(
            id=key,
            uuid=item.uuid,
            kind=item.kind,
            subject=known.key,
            subject_uuid=known.uuid,
            occurred_on=item.occurred_on,
            quantity=item.quantity,
            attributes=item.attributes,
            event=self.events[event][0] if event else None,
            event_uuid=event,
            role=role_of(item),
            sequence=item.sequence,
            node=node,
            home=home,
            top=known.top,
            source=item.source,
            key=content_key(item, known.uuid, event),
        )


def _new_events(items: Sequence[NewFact], event: NewEvent | None) -> list[NewEvent]:
    named = [event] if event else []
    named += [item.event for item in items if isinstance(item.event, NewEvent)]
    return list({one.uuid: one for one in named}.values())


def content_key(item: NewFact, subject: UUID, event: UUID | None, reverses: str = "") -> str:
    """The engine's content hash, with uuids where a file has codes."""
    return EngineFact(
        item.kind,
        str(subject),
        item.occurred_on,
        item.quantity,
        item.attributes,
        str(event or ""),
        item.sequence,
        reverses,
    ).key


def appended(content: FactContent, *, imported: bool = False, told: Told | None = None) -> Appended:
    return Appended(
        uuid=content.uuid,
        kind=content.kind,
        subject=content.subject_uuid,
        occurred_on=content.occurred_on,
        node=content.node,
        home=content.home,
        event=content.event_uuid,
        reverses=content.reverses_uuid,
        imported=imported,
        told=told,
    )


def as_stored(values: Mapping[str, str]) -> dict[str, str]:
    """In the order in which the database keeps names: short ones first."""
    return dict(sorted(values.items(), key=lambda one: (len(one[0].encode()), one[0].encode())))


def tell(facts: Sequence[Appended], now: datetime) -> None:
    """Upper rooms join in; what they raise refuses the whole."""
    for hook in after_append.values():
        hook(facts, now)


def claim_slots(slots: Sequence[Keyed]) -> list[tuple[int, NewFact]]:
    """Let facts stand; returns those whose like stands already. Sorted, so that nobody waits in a circle."""
    ordered = sorted(slots, key=lambda one: one[0])
    taken: list[tuple[int, NewFact]] = []
    if not ordered:
        return taken
    with connection.cursor() as cursor:
        for start in range(0, len(ordered), 10_000):
            part = ordered[start : start + 10_000]
            cursor.execute(
                "INSERT INTO ledger_standingfact (fact_id, slot)"
                " SELECT * FROM unnest(%s::bigint[], %s::uuid[]) ON CONFLICT (slot) DO NOTHING RETURNING fact_id",
                [[one[1] for one in part], [one[0] for one in part]],
            )
            standing = {key for (key,) in cursor.fetchall()}
            taken += [(index, item) for _slot, key, index, item in part if key not in standing]
    return sorted(taken, key=lambda one: one[0])


def account_key(uuid: UUID | None) -> int | None:
    """The key of an account; None for the system itself."""
    return None if uuid is None else _account_key(uuid)


@lru_cache(maxsize=4096)
def _account_key(uuid: UUID) -> int:
    key: int = get_user_model().objects.only("pk").get(uuid=uuid).pk
    return key


def _batch(uuid: UUID) -> tuple[int, str]:
    """Its key and its kind."""
    found = Batch.objects.filter(uuid=uuid).values_list("pk", "kind").first()
    if found is None:
        raise not_found()
    return found
