"""Declarations: a member says what he did; only after somebody of the branch confirmed it, it becomes a record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.ledger import operations as ledger
from linghang.apps.ledger.data import Appended, NewFact, StoredFile
from linghang.apps.ledger.data.pages import FactFilter
from linghang.apps.ledger.queries.pages_list import facts_page
from linghang.apps.loops.data import DECLARATION, Moved, Told, on_transition
from linghang.apps.loops.models import Case
from linghang.apps.loops.operations.moving import move
from linghang.apps.loops.operations.opening import Opened, open_case, same_key, save_once
from linghang.apps.loops.operations.steps import locked
from linghang.apps.loops.people import need_own_person
from linghang.apps.loops.versions import kind_in_force
from linghang.apps.loops.words import quantity_words, said
from linghang.apps.org.packs import pack_in_force
from linghang.engine.packs.model import FactKind
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing


@dataclass(frozen=True)
class Declared:
    """What somebody says he did: kind of record, day, quantity (ten-thousandths), closed attributes, event if known."""

    record: str
    day: date
    quantity: int
    attributes: Mapping[str, str]
    event: UUID | None = None


@dataclass(frozen=True)
class Batch:
    """The outcome of many confirmations: numbers confirmed, and those refused with the sentence that says why."""

    done: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


def declare(*, what: Declared, note: str, actor: Viewer, now: datetime, files: Sequence[StoredFile] = ()) -> Opened:
    """The actor declares something that he did himself. The same thing again is refused, whatever became of the words.

    Raises DomainError for an account without a person, an unknown kind, a day to come, or what was declared already.
    """
    person = need_own_person(actor)
    kind = _checked(what, now)
    with writing(actor, "declare"):
        same = same_of(what, person.uuid)
        _refuse_recorded(what, person.uuid)
        return open_case(
            kind=DECLARATION,
            title=_title(kind, what),
            node=person.node,
            subject=person.uuid,
            about=about_of(what),
            same=same,
            body=note,
            actor=actor,
            now=now,
            files=files,
        )


def redeclare(
    *, case: UUID, what: Declared, note: str, actor: Viewer, now: datetime, files: Sequence[StoredFile] = ()
) -> None:
    """Send a returned declaration again, put right; the reason for which it was returned stays in its history."""
    person = need_own_person(actor)
    kind = _checked(what, now)
    with writing(actor, "redeclare"):
        row = locked(case)
        _refuse_recorded(what, person.uuid)
        row.title, row.same = _title(kind, what), same_of(what, person.uuid)
        save_once(row, update_fields=["title", "same"])
        move(case=case, step="resubmit", note=note, about=about_of(what), files=files, actor=actor, now=now)


def same_of(what: Declared, person: UUID) -> str:
    """One person, one kind, one event; where no event is known, one day with the same content."""
    place = str(what.event) if what.event else [what.day, dict(what.attributes)]
    return same_key(DECLARATION, person, what.record, place)


def about_of(what: Declared) -> dict[str, Any]:
    """Ids and closed words only: what is kept with the case."""
    about: dict[str, Any] = {
        "record": what.record,
        "day": what.day.isoformat(),
        "quantity": what.quantity,
        "attributes": dict(what.attributes),
    }
    return about | ({"event": str(what.event)} if what.event else {})


def _checked(what: Declared, now: datetime) -> FactKind:
    """The kind of record, if it may be declared and what is said fits it."""
    today = day_of(now)
    kinds = kind_in_force(DECLARATION, on=today).declares
    kind = pack_in_force(on=today).kinds.get(what.record)
    if kind is None or what.record not in kinds:
        raise DomainError("not_declarable", _("这类事项不由本人申报，由支部录入。"), field="record")
    if what.day > today:
        raise DomainError("day_to_come", _("日期还没有到，做了以后再申报。"), field="day")
    top = kind.quantity_max
    if what.quantity <= 0 or what.quantity < kind.quantity_min or (top is not None and what.quantity > top):
        most = quantity_words(top, kind.unit) if top else ""
        words = _("数量要大于 0，最多%(most)s。") % {"most": most} if most else _("数量要大于 0。")
        raise DomainError("quantity_range", words, field="quantity")
    _refuse_unknown(kind, what.attributes)
    return kind


def _refuse_recorded(what: Declared, person: UUID) -> None:
    """What the branch recorded already needs no declaration, and would be refused at its confirmation."""
    asked = FactFilter(
        kind=what.record, subject=person, since=what.day, until=what.day, attributes=dict(what.attributes)
    )
    if facts_page(asked).rows:
        words = _("支部已经记过您这一天的这件事，不用再申报。可在自己的记录里核对。")
        raise DomainError("recorded_already", words, field="day")


def _refuse_unknown(kind: FactKind, attributes: Mapping[str, str]) -> None:
    for name, attribute in kind.attributes.items():
        value = attributes.get(name)
        if value is None and attribute.required:
            words = _("请选择“%(what)s”。") % {"what": said(attribute.title)}
            raise DomainError("attribute_needed", words, field=name)
        if value is not None and value not in attribute.values:
            words = _("“%(what)s”没有这个选项，请重新选择。") % {"what": said(attribute.title)}
            raise DomainError("unknown_value", words, field=name)
    if set(attributes) - set(kind.attributes):
        raise DomainError("unknown_value", _("这类事项没有填写的这一项，请重新打开页面。"))


def _title(kind: FactKind, what: Declared) -> str:
    """志愿服务 2 小时，2026年3月1日; without anybody's name."""
    words = {"what": kind.title["zh"], "much": quantity_words(what.quantity, kind.unit), "day": what.day}
    return _("%(what)s %(much)s，%(day)s") % {**words, "day": f"{what.day.year}年{what.day.month}月{what.day.day}日"}


@on_transition(DECLARATION, "confirm")
def record_declared(moved: Moved) -> Told:
    """Write what was declared into the ledger, in the transaction of the confirmation; a refusal refuses both."""
    about = moved.about
    event = about.get("event")
    fact = NewFact(
        kind=about["record"],
        subject=moved.subject or UUID(int=0),
        occurred_on=date.fromisoformat(about["day"]),
        quantity=int(about["quantity"]),
        attributes=about["attributes"],
        event=UUID(event) if event else None,
        evidence=moved.evidence,
    )
    done = ledger.record(items=[fact], actor=moved.actor, now=moved.now, confirmed_by=moved.actor.uuid)
    return Told({"facts": [str(uuid) for uuid in done.facts]})


def free_reversed(facts: Sequence[Appended], _now: datetime) -> None:
    """A record that was taken back can be declared anew: its case stands in the way no more."""
    gone = {str(fact.reverses) for fact in facts if fact.reverses}
    if not gone:
        return
    people = {fact.subject for fact in facts if fact.reverses}
    with system_scope(reason="whoever takes a record back, its declaration is free again"):
        settled = Case.objects.filter(kind=DECLARATION, subject__uuid__in=people).exclude(same="")
        told = settled.values_list("pk", "about__facts")
        freed = [key for key, written in told if written and gone & set(written)]
        Case.objects.filter(pk__in=freed).update(same="")


def confirm_many(*, cases: Sequence[UUID], actor: Viewer, now: datetime) -> Batch:
    """Confirm several declarations, each by itself: one that is refused keeps no other from being confirmed."""
    done: list[str] = []
    refused: list[tuple[str, str]] = []
    numbers = dict(Case.objects.filter(uuid__in=cases).values_list("uuid", "number"))
    for case in cases:
        try:
            move(case=case, step="confirm", actor=actor, now=now)
        except DomainError as error:
            refused.append((numbers.get(case, ""), str(error.message)))
        else:
            done.append(numbers[case])
    return Batch(tuple(done), tuple(refused))
