"""Import of records of any kind of members: long tables, wide tables, tables of events with many names in one cell.

What a table says is read by the words of the pack in force; what may stand only once is compared with what stands.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linghang.apps.access.queries import nodes_in_scope
from linghang.apps.exchange.data import Context, EffectData, Outcome
from linghang.apps.exchange.facts_reader import facts_of
from linghang.apps.exchange.kinds import ImportColumn, ImportKind, Line, NewEffect, Plan, Proposed, Source
from linghang.apps.exchange.mapping.propose import propose_mapping
from linghang.apps.exchange.matching.looks import kinds_of
from linghang.apps.exchange.tables.grid import Workbook, parse_address
from linghang.apps.exchange.template import write_facts_template
from linghang.apps.ledger.data.records import NewEvent, NewFact
from linghang.apps.ledger.imports.members import Members, members_in_scope
from linghang.apps.ledger.models import Event, StandingFact
from linghang.apps.ledger.operations import open_batch, record_many, void_batch
from linghang.apps.ledger.operations.checking import Authors, Checker, slot
from linghang.apps.org.packs import pack_in_force
from linghang.engine.facts import Fact
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month
from linghang.engine.problems import Problems
from linghang.ui.web.clock import day_of

EVENTS = UUID("0d6f1f2a-52a0-5f0a-9d6b-6c6a7f8b3c11")  # the space in which names of imported events become uuids
SEVERAL = re.compile(r"\d{4}-\d\d-\d\d#(\d+)")  # “3次” of something without an event
TABLE, CHUNK = "batch", 10_000
LONGEST_NUMBER = 60

COLUMNS = (
    ImportColumn("name", _("姓名"), required=True),
    ImportColumn("code", _("工号")),
    ImportColumn("organisation", _("支部")),
    ImportColumn("day", _("日期")),
    ImportColumn("kind", _("事项")),
    ImportColumn("quantity", _("数量")),
    ImportColumn("event", _("活动")),
)


def propose(book: Workbook, context: Context) -> Proposed:
    """What the sheets seem to be, by the words of the pack and the names of the people."""
    found = propose_mapping(book, _pack(context), members_in_scope(context.on).roster)
    return Proposed(found.mapping, found.unsure)


def records(context: Context) -> list[dict[str, Any]]:
    """The kinds of records, for matching."""
    return kinds_of(_pack(context))


def _pack(context: Context) -> Pack:
    return pack_in_force(on=context.on)


def _month(context: Context) -> Month:
    said = context.said.get("month", "")
    return Month.parse(said) if said else Month(context.on.year, context.on.month)


# --- compare ---------------------------------------------------------------------------------------------------------


def check(source: Source, context: Context) -> Plan:
    """Which records are new and which stand already; everything that recording would refuse is a problem here."""
    members, pack = members_in_scope(context.on), _pack(context)
    read, _problems = facts_of(
        source.book, pack=pack, roster=members.roster, period=_month(context), mapping=source.mapping,
        problems=source.problems, any_day=True,
    )  # fmt: skip
    facts = list(_without_reversals(read, source.problems))
    items = [_item(fact, members) for fact in facts]
    slots = [slot(item) for item in items]
    good = _checked(facts, items, slots, members, context, source.problems)
    standing = _standing([slots[index] for index in good])
    plan = Plan()
    for index in good:
        outcome = Outcome.SAME if slots[index] in standing else Outcome.NEW
        plan.lines.append(_line(facts[index], items[index], outcome, members, pack))
    return plan


def _without_reversals(facts: Sequence[Fact], problems: Problems) -> Iterator[Fact]:
    """A record and its cancelling in one table leave nothing to be recorded."""
    gone = {fact.reverses for fact in facts if fact.reverses}
    for fact in facts:
        if fact.reverses:
            words = "这一行冲正了表里的另一条，两条都不导入"
            problems.add(
                fact.source, "reversal-in-table", words, "已经导入过的记录，在记录页面冲正", severity="warning"
            )
        elif fact.key not in gone:
            yield fact


def _item(fact: Fact, members: Members) -> NewFact:
    known = members.known[fact.subject]
    event, sequence = _event(fact, members.homes[fact.subject])
    return NewFact(
        kind=fact.kind,
        subject=known.uuid,
        occurred_on=fact.occurred_on,
        quantity=fact.quantity,
        attributes=fact.attributes,
        sequence=sequence,
        event=event,
        source=f"{fact.source.sheet}!{fact.source.cell}",
    )


def _event(fact: Fact, home: UUID) -> tuple[UUID | None, int]:
    """The event by its name, day and branch, so that it is the same whoever imports it and when; else the number of
    that day. A row without a name of its own is no event: it could not be recognised the next time."""
    several = SEVERAL.fullmatch(fact.event)
    if several:
        return None, int(several[1]) - 1
    if not fact.event or fact.event.startswith(f"{fact.source.sheet}!"):
        return None, 0
    name = "\x1f".join((fact.kind, fact.occurred_on.isoformat(), str(home), fact.event))
    return uuid5(EVENTS, name), 0


def _checked(
    facts: Sequence[Fact], items: Sequence[NewFact], slots: Sequence[UUID], members: Members, context: Context,
    problems: Problems,
) -> list[int]:  # fmt: skip
    """The places of the items that can be recorded."""
    subjects = {known.uuid: known for known in members.known.values()}
    checker = Checker(subjects, Authors(context.actor.uuid, None), today=day_of(context.now))
    for index, item in enumerate(items):
        checker.check(index, item)
        checker.check_once(index, item, slots[index])
    bad: dict[int, None] = {}
    for found in checker.found:
        bad.setdefault(found.index, None)
        problems.add(facts[found.index].source, found.problem.code, found.problem.message, found.problem.hint)
    return [index for index in range(len(items)) if index not in bad]


def _standing(slots: Sequence[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for start in range(0, len(slots), CHUNK):
        part = slots[start : start + CHUNK]
        found.update(StandingFact.objects.filter(slot__in=part).values_list("slot", flat=True))
    return found


def _line(fact: Fact, item: NewFact, outcome: Outcome, members: Members, pack: Pack) -> Line:
    kind, known = pack.kinds[fact.kind], members.known[fact.subject]
    row, _column = parse_address(fact.source.cell)
    payload = {
        "kind": item.kind, "subject": str(item.subject), "day": item.occurred_on.isoformat(), "quantity": item.quantity,
        "attributes": dict(item.attributes), "sequence": item.sequence, "source": item.source,
        "event": str(item.event) if item.event else "", "number": fact.event if item.event else "",
    }  # fmt: skip
    said = [
        (attribute.title["zh"], "", attribute.values[value]["zh"])
        for name, value in item.attributes.items()
        if (attribute := kind.attributes.get(name)) is not None
    ]
    label = f"{known.label} · {kind.title['zh']} · {item.occurred_on}"
    return Line(outcome, label, fact.source.sheet, row, tuple(said), payload)


# --- write and take back ---------------------------------------------------------------------------------------------


def apply(lines: Sequence[Line], context: Context) -> list[NewEffect]:
    """Record all of it as one batch."""
    node = next(node for node in nodes_in_scope(on=context.on) if node.path == context.place)
    batch = open_batch(
        kind="import", node=node.uuid, label=context.file, import_uuid=context.import_uuid, actor=context.actor,
        now=context.now,
    )  # fmt: skip
    record_many(items=_new_facts(lines, _events(lines)), actor=context.actor, now=context.now, batch=batch)
    return [NewEffect(TABLE, batch, "created", gettext("%(n)s 条记录") % {"n": len(lines)})]


def _events(lines: Sequence[Line]) -> dict[str, NewEvent | UUID]:
    """Events by uuid as text: those that were recorded before, and new ones for the rest."""
    named: dict[str, Mapping[str, Any]] = {}
    for line in lines:
        if line.payload["event"]:
            named.setdefault(line.payload["event"], line.payload)
    uuids = [UUID(uuid) for uuid in named]
    known = set(Event.objects.filter(uuid__in=uuids).values_list("uuid", flat=True))
    return {
        uuid: UUID(uuid)
        if UUID(uuid) in known
        else NewEvent(
            kind=said["kind"],
            occurred_on=date.fromisoformat(said["day"]),
            number=said["number"][:LONGEST_NUMBER],
            uuid=UUID(uuid),
        )
        for uuid, said in named.items()
    }


def _new_facts(lines: Sequence[Line], events: dict[str, NewEvent | UUID]) -> Iterator[NewFact]:
    """The first fact of an event brings it along; the others name it."""
    for line in lines:
        said = line.payload
        event = events[said["event"]] if said["event"] else None
        if isinstance(event, NewEvent):
            events[said["event"]] = event.uuid
        yield NewFact(
            kind=said["kind"],
            subject=UUID(said["subject"]),
            occurred_on=date.fromisoformat(said["day"]),
            quantity=said["quantity"],
            attributes=said["attributes"],
            sequence=said["sequence"],
            event=event,
            source=said["source"],
        )


def undo(effects: Sequence[EffectData], _reason: str, context: Context) -> dict[int, str]:
    """Reverse what nothing refers to; the rest stays, with the reasons."""
    kept: dict[int, str] = {}
    for effect in effects:
        voided = void_batch(batch=effect.uuid, actor=context.actor, now=context.now)
        if voided.kept:
            reasons = "；".join(dict.fromkeys(one.reason for one in voided.kept))
            words = gettext("已冲正 %(done)s 条；%(kept)s 条没有退回：%(reasons)s")
            kept[effect.id] = words % {"done": voided.reversed, "kept": len(voided.kept), "reasons": reasons}
    return kept


def _template(target: Any) -> None:
    write_facts_template(target, pack_in_force(on=date.max))


KIND = ImportKind(
    code="records",
    title=_("记录"),
    note=_("到会、学习、志愿服务等各种记录：一行一条、一人一行、一格多个名字的表都可以。"),
    roles=frozenset({"officer", "secretary", "organiser"}),
    columns=COLUMNS,
    check=check,
    apply=apply,
    undo=undo,
    propose=propose,
    records=records,
    template=_template,
    asks_month=True,
    refuses=True,
    order=60,
)
