"""One record and one event with everything beside them, inside the open scope."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.apps.ledger.data.files import path_of
from linghang.apps.ledger.data.occasions import PRESENCE, occasion_title
from linghang.apps.ledger.data.pages import (
    STANDING,
    ChainLine,
    EventCard,
    EventLine,
    EvidenceLine,
    FactCard,
    FactLine,
    ProofFile,
    WordsLine,
)
from linghang.apps.ledger.models import ChainEntry, Event, Evidence, Fact, Subject, Text
from linghang.apps.ledger.queries.pages_lines import ALONG, line_of
from linghang.apps.ledger.queries.pages_words import attribute_pairs, kind_title, kinds_on, said
from linghang.ui.web.errors import not_found

OTHERS = 30  # other records of the event on the page of one

FIELDS = {
    "title": gettext_lazy("主题"),
    "note": gettext_lazy("说明"),
    "minutes": gettext_lazy("会议记录"),
    "reason": gettext_lazy("撤销原因"),
    "place": gettext_lazy("地点"),
    "link": gettext_lazy("链接"),
}
EVIDENCE_KINDS = {
    "file": gettext_lazy("文件"),
    "text": gettext_lazy("说明或链接"),
    "number": gettext_lazy("文号、编号"),
    "countersign": gettext_lazy("会签人"),
}


def fact_card(uuid: UUID) -> FactCard:
    """One record with its words, evidence, event, seal, and what it cancels or was cancelled by."""
    row = _row(uuid)
    kinds = kinds_on(row.occurred_on)
    kind = kinds.get(row.kind)
    others = _others(row)
    reversal = Fact.objects.select_related(*ALONG).filter(reverses=row).first()
    undone = Fact.objects.select_related(*ALONG).filter(pk=row.reverses_id).first() if row.reverses_id else None
    why = reversal or (row if row.reverses_id else None)
    return FactCard(
        line=line_of(row),
        attributes=tuple(attribute_pairs(kind, row.attributes)),
        confirmer=row.confirmed_by.display_name if row.confirmed_by else "",
        person=logged_as(row.subject),
        node=row.node.uuid,
        words=tuple(words_of(Text.objects.filter(fact=row).exclude(field="reason"))),
        evidence=tuple(evidence_of(Evidence.objects.filter(fact=row))),
        event=event_line(row.event) if row.event else None,
        event_readable=row.event_id is not None and Event.objects.filter(pk=row.event_id).exists(),
        others=tuple(others[:OTHERS]),
        others_count=len(others),
        chain=_chain(row),
        reverses=line_of(undone) if undone else None,
        reversal=line_of(reversal) if reversal else None,
        reason=_reason(why) if why else "",
        import_uuid=row.batch.import_uuid if row.batch else None,
        import_label=row.batch.label if row.batch else "",
        rule=kind.source if kind else "",
    )


BESIDES = ("confirmed_by", "batch", "event__recorded_by", "event__node", "subject__person__user")


def _row(uuid: UUID) -> Fact:
    row = Fact.objects.select_related(*ALONG, *BESIDES).filter(uuid=uuid)
    found = row.first()
    if found is None:
        raise not_found()
    return found


def logged_as(subject: Subject) -> UUID | None:
    """Under which uuid a person finds the readings of what concerns him; None for what is no person."""
    person = subject.person
    if person is None:
        return None
    return person.user.uuid if person.user else person.uuid


def _others(row: Fact) -> list[FactLine]:
    if row.event_id is None:
        return []
    rows = Fact.objects.select_related(*ALONG).filter(event_id=row.event_id, reverses__isnull=True)
    return [line_of(one) for one in rows.exclude(pk=row.pk).order_by("pk")]


def _chain(row: Fact) -> ChainLine | None:
    entry = ChainEntry.objects.select_related("node").filter(pk=row.entry_id).first()
    if entry is None:
        return None
    return ChainLine(entry.seq, entry.at, bytes(entry.mac).hex()[:12], entry.node.label)


def _reason(row: Fact) -> str:
    words = Text.objects.filter(fact=row, field="reason").values_list("text", flat=True).first()
    return words or _("（原因已按规定清除）") if words is not None else row.reason_code


def words_of(rows: QuerySet[Text]) -> list[WordsLine]:
    """Words with what became of those that were erased."""
    return [
        WordsLine(row.uuid, row.field, str(FIELDS.get(row.field, row.field)), row.text, *_erased(row))
        for row in rows.select_related("erasure").order_by("pk")
    ]


def evidence_of(rows: QuerySet[Evidence]) -> list[EvidenceLine]:
    """Evidence with what became of what was erased."""
    return [evidence_line(row) for row in rows.select_related("erasure").order_by("pk")]


def evidence_line(row: Evidence) -> EvidenceLine:
    at, why = _erased(row)
    return EvidenceLine(
        uuid=row.uuid,
        kind=row.kind,
        kind_label=str(EVIDENCE_KINDS[row.kind]),
        content=row.content,
        name=row.name,
        size=row.size,
        media_type=row.media_type,
        is_file=row.kind == "file" and at is None,
        erased_at=at,
        erased_why=why,
    )


def _erased(row: Text | Evidence) -> tuple[datetime | None, str]:
    erasure = getattr(row, "erasure", None)
    return (erasure.at, erasure.reason) if erasure else (None, "")


def event_line(row: Event) -> EventLine:
    kinds = kinds_on(row.occurred_on)
    title = occasion_title(row.kind, kinds)
    return EventLine(
        uuid=row.uuid,
        kind=row.kind,
        title=said(title) if title else row.kind,
        day=row.occurred_on,
        place=row.node.label,
        number=row.number,
        recorder=row.recorded_by.display_name if row.recorded_by else "",
        recorded_at=row.recorded_at,
        tags=tuple((kind_title(kinds, name), value) for name, value in sorted(row.tags.items())),
    )


def event_card(uuid: UUID) -> EventCard:
    """One event inside the open scope with the records of it that lie there."""
    row = Event.objects.select_related("node", "recorded_by").filter(uuid=uuid).first()
    if row is None:
        raise not_found()
    facts = Fact.objects.select_related(*ALONG).filter(event=row, reverses__isnull=True).order_by("pk")
    lines = tuple(line_of(fact) for fact in facts)
    return EventCard(
        presence=_presence(facts),
        line=event_line(row),
        node=row.node.uuid,
        words=tuple(words_of(Text.objects.filter(event=row))),
        evidence=tuple(evidence_of(Evidence.objects.filter(event=row))),
        facts=lines,
        standing=sum(1 for line in lines if line.state == STANDING),
        recorder=row.recorded_by.uuid if row.recorded_by else None,
    )


def _presence(facts: Iterable[Fact]) -> tuple[tuple[str, int], ...]:
    """How many were there, late, away, in the words and the order of the pack; of the records that stand."""
    known: dict[str, int] = {}
    titles: dict[str, str] = {}
    for fact in facts:
        kind = kinds_on(fact.occurred_on).get(fact.kind)
        attribute = kind.attributes.get(PRESENCE) if kind else None
        if attribute is not None and hasattr(fact, "standing"):
            titles |= {value: said(title) for value, title in attribute.values.items()}
            value = fact.attributes.get(PRESENCE, "")
            known[value] = known.get(value, 0) + 1
    return tuple((title, known[value]) for value, title in titles.items() if value in known)


def evidence_of_file(uuid: UUID) -> ProofFile:
    """Where the file of a piece of evidence inside the open scope lies."""
    row = Evidence.objects.select_related("fact__subject__person__user").filter(uuid=uuid, kind="file").first()
    if row is None or not row.sha256:
        raise not_found()
    whom = logged_as(row.fact.subject) if row.fact else None
    return ProofFile(path_of(Path(settings.MEDIA_ROOT), row.uuid), row.name, whom)
