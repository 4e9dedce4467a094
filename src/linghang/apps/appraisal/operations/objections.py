"""Objecting to points: the person asks, somebody takes it up, somebody else decides, and the records are put right.

The case is a case of the kind `objection`; what belongs to the month is kept beside it. Whatever is put right is put
right in the ledger, in the transaction of the decision: totals are never written by hand.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.objections import OBJECTION, Correction, Outcome
from linghang.apps.appraisal.models import Book, Objection, Statement
from linghang.apps.appraisal.queries.objections import (
    Target,
    correction_in,
    get_objection,
    objection_of_case,
    target_of,
)
from linghang.apps.ledger import operations as ledger
from linghang.apps.ledger.data import NewFact, StoredFile
from linghang.apps.ledger.queries.single import WrittenFact, written_fact
from linghang.apps.loops.data import Moved, Told, on_transition
from linghang.apps.loops.operations import move, open_case
from linghang.apps.loops.operations.opening import same_key
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing


def raise_objection(
    *, statement: UUID, line: str, reason: str, actor: Viewer, now: datetime, files: Sequence[StoredFile] = ()
) -> UUID:
    """The person of a statement objects to a line of it, or to the month as a whole.

    Refused before the 公示 and between its end and 定稿; one objection to a line at a time.
    """
    with writing(actor, "raise_objection"):
        _held(statement)
        target = target_of(statement, line, today=day_of(now))
        if target.owner is None or target.owner != actor.uuid:
            raise not_found()
        if not target.window.open:
            raise DomainError("objection_closed", target.window.words, status=409)
        if not reason.strip():
            raise DomainError("reason_needed", _("请写明您认为不对的地方，受理人和复核人能看到。"), field="reason")
        row = Statement.objects.select_related("book__node", "book__receiver").get(uuid=statement)
        opened = open_case(
            kind=OBJECTION,
            title=_title(target),
            body=reason,
            node=row.book.node.uuid,
            subject=target.subject,
            about=_about(target),
            people=_receiver(row, actor),
            same=same_key(OBJECTION, row.subject, row.scheme, row.month, line),
            actor=actor,
            now=now,
            files=files,
        )
        return _linked(row, target, opened.uuid, actor, now)


def _held(statement: UUID) -> None:
    """Nobody makes the book final, or settles it anew, while an objection to it is written."""
    rows = Book.objects.select_for_update(of=["self"]).filter(statements__uuid=statement)
    rows.first()


def _title(target: Target) -> str:
    """Without anybody's name: titles are shown in lists and messages."""
    return _("%(year)s年%(month)s月积分异议：%(what)s") % {
        "year": target.month.year,
        "month": target.month.month,
        "what": target.words,
    }


def _about(target: Target) -> dict[str, str]:
    about = {"statement": str(target.statement), "book": str(target.book), "line": target.line}
    return about | ({"fact": str(target.fact)} if target.fact else {})


def _receiver(row: Statement, actor: Viewer) -> Mapping[str, UUID]:
    """Whoever was named in the 公示 takes it up; his own objection goes to whoever else holds the post."""
    receiver = row.book.receiver
    return {"responsible": receiver.uuid} if receiver and receiver.uuid != actor.uuid else {}


def _linked(row: Statement, target: Target, case: UUID, actor: Viewer, now: datetime) -> UUID:
    made = Objection.objects.create(
        case_id=_case_key(case),
        book=row.book,
        node=row.book.node,
        subject=row.subject,
        person_id=_person_key(row),
        line=target.line,
        fact=target.fact,
        run=row.book.run,
        late=target.window.late,
        made_by_id=_account_key(actor),
        made_on=day_of(now),
    )
    return made.uuid


def _person_key(row: Statement) -> int:
    if row.person_id is None:
        raise not_found()
    return row.person_id


def _account_key(actor: Viewer) -> int:
    if actor.uuid is None:
        raise not_found()
    return get_user_model().objects.only("pk").get(uuid=actor.uuid).pk


def _case_key(case: UUID) -> int:
    return int(apps.get_model("loops", "Case")._default_manager.values_list("pk", flat=True).get(uuid=case))


def uphold_objection(
    *,
    objection: UUID,
    correction: Correction,
    note: str,
    actor: Viewer,
    now: datetime,
    files: Sequence[StoredFile] = (),
) -> None:
    """Decide that the person is right, and put the records right in the same transaction; a failure undoes both."""
    with writing(actor, "uphold_objection"):
        row = get_objection(objection)
        row.correction = _stored(correction, note)
        row.save(update_fields=["correction"])
        move(case=row.case.uuid, step="uphold", note=note, actor=actor, now=now, files=files)


def refuse_objection(*, objection: UUID, note: str, actor: Viewer, now: datetime) -> None:
    """Decide that the points stand, and tell the person why: the reason is the answer, so that it is written once."""
    with writing(actor, "refuse_objection"):
        case = get_objection(objection).case.uuid
        move(case=case, step="reject", note=note, actor=actor, now=now)
        move(case=case, step="reply", note=note, actor=actor, now=now)


def _stored(correction: Correction, note: str) -> dict[str, object]:
    stored: dict[str, object] = {"take_back": correction.take_back, "note": note}
    if correction.writes and correction.day:
        stored |= {
            "kind": correction.kind,
            "day": correction.day.isoformat(),
            "quantity": correction.quantity,
            "attributes": dict(correction.attributes),
        }
    return stored


@on_transition(OBJECTION, "uphold")
def put_right(moved: Moved) -> Told:
    """Take the wrong record back and write the right one; without either there is nothing to uphold."""
    row = _own_row(moved)
    asked = correction_in(row.correction)
    wrong = written_fact(row.fact) if row.fact else None
    stands = wrong is not None and wrong.stands
    if not asked.take_back and not asked.writes and (wrong is None or stands):
        words = _("采纳异议要同时更正记录：作废原记录、改正或者补记。请在异议页面选择怎样更正。")
        raise DomainError("correction_needed", words)
    undone: tuple[UUID, ...] = ()
    if asked.take_back and row.fact is not None and stands:
        undone = (ledger.reverse(fact=row.fact, reason=moved.note, actor=moved.actor, now=moved.now),)
    written = _written_anew(row, asked, wrong, moved) if asked.writes else ()
    facts = [str(uuid) for uuid in written]
    row.correction = {**row.correction, "facts": facts, "written": [*map(str, undone), *facts]}
    _decide(row, Outcome.UPHELD, moved.now)
    return Told({"facts": facts})


def _written_anew(row: Objection, asked: Correction, wrong: WrittenFact | None, moved: Moved) -> tuple[UUID, ...]:
    """What really happened; where a record was put right, the new one stays with its event and role."""
    alike = wrong if wrong and wrong.kind == asked.kind and wrong.occurred_on == asked.day else None
    fact = NewFact(
        kind=asked.kind,
        subject=row.subject,
        occurred_on=asked.day or day_of(moved.now),
        quantity=asked.quantity,
        attributes=asked.attributes,
        node=alike.node if alike else None,
        event=alike.event if alike else None,
        role=alike.role if alike else "",
        sequence=alike.sequence if alike else 0,
        evidence=moved.evidence,
    )
    done = ledger.record(items=[fact], actor=moved.actor, now=moved.now, confirmed_by=moved.actor.uuid)
    return done.facts


@on_transition(OBJECTION, "reject")
def note_rejected(moved: Moved) -> None:
    """Not upheld; the records stay as they are."""
    _decide(_own_row(moved), Outcome.REJECTED, moved.now)


@on_transition(OBJECTION, "answer")
@on_transition(OBJECTION, "reply")
def note_answered(moved: Moved) -> None:
    """The person has the answer: the objection keeps nobody from approving any more."""
    row = _row(moved)
    row.ended_at = moved.now
    row.save(update_fields=["ended_at"])


@on_transition(OBJECTION, "withdraw")
def note_withdrawn(moved: Moved) -> None:
    """The person took it back himself."""
    row = _row(moved)
    row.outcome, row.ended_at = Outcome.WITHDRAWN, moved.now
    row.save(update_fields=["outcome", "ended_at"])


def _row(moved: Moved) -> Objection:
    row = objection_of_case(moved.case)
    if row is None:
        raise not_found()
    return row


def _own_row(moved: Moved) -> Objection:
    """Law 8: neither the person whose points they are nor the one who objected decides."""
    row = _row(moved)
    owner = row.person.user.uuid if row.person.user else None
    if moved.actor.uuid is not None and moved.actor.uuid in (owner, moved.reporter):
        raise DomainError("own_matter", _("关于自己积分的异议，不能由自己决定。请由别的人办。"), status=403)
    return row


def _decide(row: Objection, outcome: Outcome, now: datetime) -> None:
    row.outcome, row.decided_at = outcome, now
    row.save(update_fields=["outcome", "decided_at", "correction"])
