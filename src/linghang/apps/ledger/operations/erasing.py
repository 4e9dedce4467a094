"""Forgetting: words and files beside records are destroyed, with their salt; a tombstone stays and the chain holds."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linghang.apps.exchange.operations import forget_labels
from linghang.apps.ledger.data.files import path_of
from linghang.apps.ledger.data.hooks import after_erasing
from linghang.apps.ledger.data.identity import new_uuid
from linghang.apps.ledger.data.leaves import ERASURE, leaf, micros
from linghang.apps.ledger.findables import forget_words
from linghang.apps.ledger.models import Erasure, Event, Evidence, Fact, Text
from linghang.apps.ledger.operations.chain import add_leaves, entries_for
from linghang.apps.ledger.operations.recording import account_key
from linghang.apps.ledger.operations.rows import Stamp
from linghang.apps.org.queries import life_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

SHORTEST_REASON, LONGEST_REASON = 4, 200


def erase_text(*, text: UUID, reason: str, actor: Viewer, now: datetime) -> None:
    """Destroy one text beside a record; erasing it twice is refused."""
    with writing(actor, "erase_text"):
        row = Text.objects.filter(uuid=text).first()
        if row is None:
            raise not_found()
        _erase(texts=[row], evidence=[], reason=reason, actor=actor, now=now)


def erase_evidence(*, evidence: UUID, reason: str, actor: Viewer, now: datetime) -> None:
    """Destroy one proof with its file; the file goes when the transaction has come through."""
    with writing(actor, "erase_evidence"):
        row = Evidence.objects.filter(uuid=evidence).first()
        if row is None:
            raise not_found()
        _erase(texts=[], evidence=[row], reason=reason, actor=actor, now=now)


def erase_person_texts(*, person: UUID, reason: str, actor: Viewer, now: datetime) -> int:
    """Destroy all words and files beside the records of one person inside the open scope; returns how many.

    Those of an event go where nobody else had a part in it. What lists of imports call him goes as well.
    """
    with writing(actor, "erase_person_texts"):
        his = Q(fact__subject__person__uuid=person) | Q(event__in=_events_of_nobody_else(person))
        texts = list(Text.objects.filter(his, erasure__isnull=True))
        evidence = list(Evidence.objects.filter(his, erasure__isnull=True))
        forget_labels(uuids=life_of(person), actor=actor)
        if texts or evidence:
            _erase(texts=texts, evidence=evidence, reason=reason, actor=actor, now=now)
    return len(texts) + len(evidence)


def _events_of_nobody_else(person: UUID) -> list[int]:
    """Events whose records are all his, wherever the others would be."""
    with system_scope(reason="somebody whom the actor cannot see has a part in an event as well"):
        events = Fact.objects.filter(subject__person__uuid=person, event__isnull=False).values("event")
        others = Fact.objects.filter(event__in=events).exclude(subject__person__uuid=person).values("event")
        return list(Event.objects.filter(pk__in=events).exclude(pk__in=others).values_list("pk", flat=True))


def _erase(*, texts: Sequence[Text], evidence: Sequence[Evidence], reason: str, actor: Viewer, now: datetime) -> None:
    if len(reason.strip()) < SHORTEST_REASON:
        raise DomainError("reason_needed", _("清除内容须写明依据，至少四个字。"), field="reason")
    if Erasure.objects.filter(Q(text__in=texts) | Q(evidence__in=evidence)).exists():
        raise DomainError("already_erased", _("这项内容已经清除过。"), status=409)
    entries = entries_for({row.node_id for row in (*texts, *evidence)}, now=now)
    stamp, words = Stamp(now, account_key(actor.uuid)), reason.strip()[:LONGEST_REASON]
    stones = [_tombstone(row, None, entries[row.node_id], stamp, words) for row in texts]
    stones += [_tombstone(None, row, entries[row.node_id], stamp, words) for row in evidence]
    Erasure.objects.bulk_create(stones)
    add_leaves((entries[stone.node_id], "ledger_erasure", bytes(stone.leaf)) for stone in stones)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_text SET text = '', salt = '' WHERE id = ANY(%s)", [[t.pk for t in texts]])
        cursor.execute(
            "UPDATE ledger_evidence SET content = '', name = '', sha256 = '', salt = '' WHERE id = ANY(%s)",
            [[one.pk for one in evidence]],
        )
    forget_words(texts)
    for hook in after_erasing.values():
        hook([one.uuid for one in evidence], now)
    for one in evidence:
        if one.kind == "file":
            _remove_later(path_of(Path(settings.MEDIA_ROOT), one.uuid))


def _tombstone(text: Text | None, evidence: Evidence | None, entry: UUID, stamp: Stamp, reason: str) -> Erasure:
    row = text or evidence
    assert row is not None
    uuid = new_uuid()
    gone = (text.uuid if text else None, evidence.uuid if evidence else None)
    return Erasure(
        uuid=uuid,
        text=text,
        evidence=evidence,
        node_id=row.node_id,
        at=stamp.now,
        by_id=stamp.recorder,
        reason=reason,
        leaf=leaf(ERASURE, (uuid, *gone, row.node_id, micros(stamp.now), stamp.recorder, reason)),
        entry_id=entry,
    )


def _remove_later(path: Path) -> None:
    """What a crash in between leaves lying is swept."""
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
