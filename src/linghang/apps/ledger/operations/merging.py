"""Records of somebody who was entered twice: recorded anew for the entry that is kept, and back when that is undone.

Nothing is moved: each record of the double is cancelled, and the same one is written for the other, with a line that
names the first. What stands for the other already is not written twice.
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.ledger.data.records import NewEvidence, NewFact
from linghang.apps.ledger.models import Fact, StandingFact, Text
from linghang.apps.ledger.operations.checking import slot
from linghang.apps.ledger.operations.recording import account_key, record
from linghang.apps.ledger.operations.reversing import reverse_rows
from linghang.apps.ledger.operations.rows import Stamp
from linghang.apps.org.data.hooks import Merge

BESIDE = ("subject", "event", "node")


def carry_records(merge: Merge) -> dict[str, list[str]]:
    """Every standing record of the double, cancelled and written anew; returns both by their ids."""
    rows = list(_standing(Fact.objects.filter(subject__uuid=merge.gone)))
    _cancel(rows, merge, _("两条人员登记是同一个人，记录随合并转到保留的一条。"))
    return {"cancelled": [str(row.uuid) for row in rows], "written": _write(rows, merge.kept, merge)}


def give_records_back(merge: Merge, carried: dict[str, Any]) -> None:
    """The double gets back what was its own; what was cancelled since for another reason stays cancelled."""
    written = _standing(Fact.objects.filter(uuid__in=carried["written"]))
    _cancel(list(written), merge, _("人员合并已撤销，记录回到原来的一条。"))
    own = Fact.objects.filter(uuid__in=carried["cancelled"]).select_related(*BESIDE).order_by("pk")
    _write(list(own), merge.gone, merge)


def _standing(rows: Any) -> Any:
    return rows.filter(standing__isnull=False, reverses__isnull=True).select_related(*BESIDE).order_by("pk")


def _cancel(rows: Sequence[Fact], merge: Merge, why: str) -> None:
    if rows:
        reverse_rows(rows, Stamp(merge.now, account_key(merge.actor.uuid)), code="duplicate", texts={"reason": why})


def _write(rows: Sequence[Fact], subject: UUID, merge: Merge) -> list[str]:
    words = _words(rows)
    items = [_like(row, subject, words.get(row.pk, {})) for row in rows]
    taken = _taken([slot(item) for item in items])
    fresh = {slot(item): item for item in items if slot(item) not in taken}
    done = record(items=list(fresh.values()), actor=merge.actor, now=merge.now) if fresh else None
    return [str(uuid) for uuid in done.facts] if done else []


def _like(row: Fact, subject: UUID, texts: dict[str, str]) -> NewFact:
    return NewFact(
        kind=row.kind,
        subject=subject,
        occurred_on=row.occurred_on,
        node=row.node.uuid,
        quantity=row.quantity,
        attributes=row.attributes,
        role=row.role,
        sequence=row.sequence,
        event=row.event.uuid if row.event else None,
        evidence=[NewEvidence("text", _("佐证材料和经过见原记录%(uuid)s。") % {"uuid": row.uuid})],
        texts=texts,
    )


def _words(rows: Sequence[Fact]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    kept = Text.objects.filter(fact__in=[row.pk for row in rows], erasure__isnull=True)
    for fact, field, text in kept.values_list("fact_id", "field", "text"):
        if text and fact is not None:
            found.setdefault(fact, {})[field] = text
    return found


def _taken(slots: Collection[UUID]) -> set[UUID]:
    return set(StandingFact.objects.filter(slot__in=slots).values_list("slot", flat=True))
