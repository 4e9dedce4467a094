"""Opening a case: number, people, first deadline."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from linghang.apps.access.data import NodeLine
from linghang.apps.access.queries import find_node
from linghang.apps.ledger.data import StoredFile
from linghang.apps.loops.calendar import CALENDAR
from linghang.apps.loops.data import Moved, Origin, operations_on
from linghang.apps.loops.findables import put_case
from linghang.apps.loops.models import Case, CaseText
from linghang.apps.loops.operations.steps import (
    SYSTEM_HAT,
    account,
    attach,
    checked_note,
    proofs_of,
    set_deadline,
    set_parties,
    tell_next,
    write_step,
)
from linghang.apps.loops.people import person_key
from linghang.apps.loops.policies import collide
from linghang.apps.loops.versions import kind_in_force, version_of
from linghang.apps.loops.words import said
from linghang.apps.org.packs import pack_in_force
from linghang.engine.packs.loop_model import THREE, LoopKind, Need, Who
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

LONGEST_TITLE = 120
NEXT_NUMBER = """
INSERT INTO loops_casenumber (top_id, year, last) VALUES (%s, %s, 1)
ON CONFLICT (top_id, year) DO UPDATE SET last = loops_casenumber.last + 1 RETURNING last
"""


@dataclass(frozen=True)
class Opened:
    """A case that was just opened."""

    uuid: UUID
    number: str


def open_case(
    *,
    kind: str,
    title: str,
    node: UUID,
    actor: Viewer,
    now: datetime,
    body: str = "",
    subject: UUID | None = None,
    about: Mapping[str, Any] | None = None,
    origin: str = Origin.PERSON,
    people: Mapping[str, UUID] | None = None,
    same: str = "",
    files: Sequence[StoredFile] = (),
    led_there: bool = False,
) -> Opened:
    """Open a case of a kind at a place, for what a starter of that kind holds a post there or above.

    `about` holds ids and closed words only; free words belong into title and body. `same`: an open or settled case with
    this key under the same top refuses another one. `people` names responsible, tracker, verifier (accounts).
    `led_there`: the caller found a link that leads the actor to the place, so that a post anywhere will do.
    """
    with writing(actor, "open_case"):
        table = kind_in_force(kind, on=day_of(now))
        place = _place(node)
        _refuse_starter(table, place, actor, led_there=led_there)
        row = _new(table, place, actor, now, _checked_title(title))
        row.subject_id = person_key(subject) if subject else None
        row.about, row.origin, row.same = dict(about or {}), str(origin), same
        _name(row, table, actor, people or {})
        set_deadline(row, table.opening.term, row.opened_on, CALENDAR)
        _insert(row, place, now)
        _write_body(row, body)
        if table.opening.evidence is Need.REQUIRED and not files:
            raise DomainError("evidence_needed", _("这类事项须附佐证材料，请添加后再提交。"), field="files")
        hat = Who.REPORTER.value if actor.uuid else SYSTEM_HAT
        taken = write_step(row, step=table.opening.id, state_from="", actor=actor, acting_as=hat, now=now)
        row.save(update_fields=["steps"])
        attach(row, taken, files, actor, now)
        put_case(row)
        _run_registered(row, place, table.opening.id, actor, now, subject)
        tell_next(row, taken, now)
    return Opened(row.uuid, row.number)


def same_key(*parts: Any) -> str:
    """A key by which the same thing is known again."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


def _place(node: UUID) -> NodeLine:
    with system_scope(reason="a member opens a case at his branch, which his own rows do not reach"):
        return find_node(node)


def _refuse_starter(kind: LoopKind, place: NodeLine, actor: Viewer, *, led_there: bool) -> None:
    """Whoever has no post there must not learn that the place exists; the system opens what a rule asks for."""
    if actor.uuid is None:
        return
    near = [grant for grant in actor.grants if grant.path and (led_there or place.path.startswith(grant.path))]
    if not near:
        raise not_found()
    if not any(grant.role in kind.starters for grant in near):
        words = _("您现在的职务不能发起“%(kind)s”。请联系本支部书记或组织委员。") % {"kind": said(kind.title)}
        raise DomainError("not_a_starter", words, status=403)


def _checked_title(title: str) -> str:
    text = " ".join(title.split())
    if not text:
        raise DomainError("title_needed", _("请用一句话写明是什么事。"), field="title")
    if len(text) > LONGEST_TITLE:
        raise DomainError("text_too_long", _("标题超过120字，请写短，详细情况写在说明里。"), field="title")
    return text


def _new(kind: LoopKind, place: NodeLine, actor: Viewer, now: datetime, title: str) -> Case:
    day = day_of(now)
    reporter = account(actor.uuid)
    return Case(
        kind=kind.id,
        version=version_of(kind, pack=pack_in_force(on=day).content_hash),
        state=kind.opening.to,
        waits_for=kind.states[kind.opening.to].waits_for or "",
        node_id=place.key,
        top_id=place.top_key,
        title=title,
        reporter_id=reporter.pk if reporter else None,
        readers=list(kind.readers),
        confidential=kind.confidential,
        opened_at=now,
        opened_on=day,
        state_since=day,
    )


def _name(row: Case, kind: LoopKind, actor: Viewer, people: Mapping[str, UUID]) -> None:
    """Who is named from the start: those given, and the reporter where the kind says that he does it himself."""
    chosen: dict[Who, UUID | None] = {who: people.get(who.value) for who in THREE}
    for who in THREE:
        if chosen[who] is None and kind.people[who] == (Who.REPORTER.value,):
            chosen[who] = actor.uuid
    refuse_collision(chosen)
    for who, uuid in chosen.items():
        person = account(uuid)
        setattr(row, f"{who.value}_id", person.pk if person else None)


def refuse_collision(people: Mapping[Who, UUID | None]) -> None:
    """Law 8: the one who does it, the one who tracks it and the one who verifies it are three people."""
    found = collide(people)
    if found is not None:
        words = _("责任人、跟踪人、核验人须是三个不同的人。请改选其中一人。")
        raise DomainError("same_person", words, field=found[1].value)


def _insert(row: Case, place: NodeLine, now: datetime) -> None:
    """The number comes last before the row, so that the next opener waits as shortly as can be."""
    set_parties(row)
    year = day_of(now).year
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER, [place.top_key, year])
        row.number = f"{year}-{cursor.fetchone()[0]:03d}"
    save_once(row, force_insert=True)


def save_once(row: Case, **how: Any) -> None:
    """Save a case; the same thing on record already is refused with the number under which it stands."""
    try:
        with transaction.atomic():
            row.save(**how)
    except IntegrityError as error:
        if "case_same_once" not in str(error):
            raise
        raise already_there(row) from error


def already_there(row: Case) -> DomainError:
    """The same thing is on record; the number helps to find it."""
    with system_scope(reason="the number of one's own earlier case"):
        number = Case.objects.filter(top_id=row.top_id, same=row.same).values_list("number", flat=True).first() or ""
    words = _("同一件事已经登记过（%(number)s），不能重复登记。要补充或改正，请打开原来的事项。") % {"number": number}
    return DomainError("already_open", words)


def _write_body(row: Case, body: str) -> None:
    if checked_note(body):
        CaseText.objects.create(case=row, text=checked_note(body))


def _run_registered(row: Case, place: NodeLine, step: str, actor: Viewer, now: datetime, subject: UUID | None) -> None:
    moved = Moved(
        case=row.uuid,
        number=row.number,
        kind=row.kind,
        step=step,
        state=row.state,
        node=place.uuid,
        title=row.title,
        about=row.about,
        subject=subject,
        reporter=actor.uuid,
        actor=actor,
        now=now,
        evidence=proofs_of(row),
    )
    for operation in operations_on(row.kind, step):
        operation(moved)
