"""Whether what is handed in can be recorded: all problems at once, each with its item."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.ledger.data.identity import SEPARATOR, slot_of
from linghang.apps.ledger.data.records import ItemProblem, NewEvent, NewEvidence, NewFact, NotRecorded
from linghang.apps.ledger.data.subjects import SUBJECT_TYPES
from linghang.apps.ledger.queries.subjects import Known
from linghang.apps.org.packs import pack_in_force
from linghang.engine.packs.model import FactKind
from linghang.engine.points import LIMIT, UNIT
from linghang.engine.problems import Place, Problem

EVIDENCE_KINDS = ("file", "text", "number", "countersign")
SIMPLE = re.compile(r"[a-z0-9][a-z0-9_.-]*")
LONGEST = {"role": 40, "source": 120, "number": 60, "field": 30, "text": 20_000, "content": 300}
OLDEST = date(1921, 7, 1)


class Flaw(NamedTuple):
    """What is wrong, before it is known with which item."""

    code: str
    words: str


@dataclass(frozen=True)
class Authors:
    """Who records and who confirms, by account."""

    recorder: UUID | None
    confirmer: UUID | None


class Checker:
    """Collects what is wrong. `today` is the last day that anything can have happened on."""

    def __init__(self, subjects: Mapping[UUID, Known], authors: Authors, *, today: date) -> None:
        self.subjects = subjects
        self.authors = authors
        self.today = today
        self.found: list[ItemProblem] = []
        self._slots: dict[UUID, int] = {}

    @cached_property
    def kinds(self) -> Mapping[str, FactKind]:
        return pack_in_force(on=self.today).kinds

    def check(self, index: int, item: NewFact) -> None:
        """Everything that can be said of one item without asking the database."""
        kind = self.kinds.get(item.kind)
        if kind is None:
            self._add(index, item, "unknown-kind", _("没有“%(kind)s”这种记录。") % {"kind": item.kind})
            return
        self._check_day(index, item)
        self._check_subject(index, item, kind)
        self._check_quantity(index, item, kind)
        self._check_attributes(index, item, kind)
        self._check_form(index, item)
        self._check_evidence(index, item, kind)

    def check_once(self, index: int, item: NewFact, slot: UUID) -> None:
        """The same thing twice in one call."""
        first = self._slots.setdefault(slot, index)
        if first != index:
            self._add(index, item, "duplicate", duplicate_words(self._name(item), item, self.kinds.get(item.kind)))

    def duplicate(self, index: int, item: NewFact) -> None:
        """The same thing stands already."""
        self._add(index, item, "duplicate", duplicate_words(self._name(item), item, self.kinds.get(item.kind)))

    def check_event(self, event: NewEvent) -> None:
        """The event of the whole call."""
        problems = _day_problems(event.occurred_on, self.today)
        if not SIMPLE.fullmatch(event.kind) or len(event.number) > LONGEST["number"]:
            problems.append(Flaw("bad-event", _("活动的种类或编号不合格式。")))
        if any(not SIMPLE.fullmatch(name) or SEPARATOR in value for name, value in event.tags.items()):
            problems.append(Flaw("bad-event", _("活动的标签不合格式。")))
        problems += _word_problems(event.texts, event.evidence)
        self.found += [ItemProblem(-1, Problem(Place(), code, words)) for code, words in problems]

    def refuse(self) -> None:
        """Raise NotRecorded if anything was found."""
        if self.found:
            raise NotRecorded(self.found)

    def problem(self, index: int, item: NewFact, code: str, words: str) -> None:
        """One more, found by the caller."""
        self._add(index, item, code, words)

    def _add(self, index: int, item: NewFact, code: str, words: str) -> None:
        self.found.append(ItemProblem(index, Problem(_place_of(item.source), code, words)))

    def _name(self, item: NewFact) -> str:
        known = self.subjects.get(item.subject)
        return known.label if known else ""

    def _check_day(self, index: int, item: NewFact) -> None:
        for code, words in _day_problems(item.occurred_on, self.today):
            self._add(index, item, code, words)

    def _check_subject(self, index: int, item: NewFact, kind: FactKind) -> None:
        known = self.subjects.get(item.subject)
        if known is None:
            words = _("没有找到记录的对象，或者它不在您的工作范围内。请从名单里重新选择。")
            self._add(index, item, "unknown-subject", words)
            return
        if known.type != kind.subject:
            wanted = str(SUBJECT_TYPES.get(kind.subject, kind.subject))
            values = {"kind": kind.title["zh"], "wanted": wanted, "name": known.label}
            words = _("“%(kind)s”记在%(wanted)s名下，“%(name)s”不是。请另选对象。") % values
            self._add(index, item, "wrong-subject", words)
        if (known.valid_from and item.occurred_on < known.valid_from) or (
            known.valid_to and item.occurred_on > known.valid_to
        ):
            values = {"name": known.label, "day": item.occurred_on.isoformat()}
            self._add(index, item, "closed-subject", _("“%(name)s”在%(day)s还没有成立或已经撤销，不能记录。") % values)
        self._check_authors(index, item, kind, known)

    def _check_authors(self, index: int, item: NewFact, kind: FactKind, known: Known) -> None:
        """Doing and vouching are different people, where the kind says so."""
        if not kind.by_others or known.user is None:
            return
        if known.user in (self.authors.recorder, self.authors.confirmer):
            words = _("“%(kind)s”不能由本人录入或确认，请由支部其他同志办理。") % {"kind": kind.title["zh"]}
            self._add(index, item, "own-matter", words)

    def _check_quantity(self, index: int, item: NewFact, kind: FactKind) -> None:
        most = LIMIT if kind.quantity_max is None else kind.quantity_max
        if not kind.quantity_min <= item.quantity <= most:
            values = {
                "kind": kind.title["zh"],
                "least": _decimal(kind.quantity_min),
                "most": _decimal(most),
                "unit": kind.unit,
            }
            words = _("“%(kind)s”的数量应在%(least)s到%(most)s%(unit)s之间。") % values
            self._add(index, item, "quantity-range", words)

    def _check_attributes(self, index: int, item: NewFact, kind: FactKind) -> None:
        for name, value in item.attributes.items():
            attribute = kind.attributes.get(name)
            if attribute is None:
                values = {"kind": kind.title["zh"], "attribute": name}
                self._add(index, item, "unknown-attribute", _("“%(kind)s”没有“%(attribute)s”这一项。") % values)
            elif value not in attribute.values:
                values = {"attribute": attribute.title["zh"], "value": value}
                self._add(index, item, "unknown-value", _("“%(attribute)s”没有“%(value)s”这个取值。") % values)
        for attribute in kind.attributes.values():
            if attribute.required and attribute.id not in item.attributes:
                words = _("“%(kind)s”须写明“%(attribute)s”。") % {
                    "kind": kind.title["zh"],
                    "attribute": attribute.title["zh"],
                }
                self._add(index, item, "missing-attribute", words)

    def _check_form(self, index: int, item: NewFact) -> None:
        wrong = (item.role and (not SIMPLE.fullmatch(item.role) or len(item.role) > LONGEST["role"])) or (
            SEPARATOR in item.source or len(item.source) > LONGEST["source"] or not 0 <= item.sequence < 2**31
        )
        if wrong:
            self._add(index, item, "bad-form", _("角色、次序或来源不合格式。"))

    def _check_evidence(self, index: int, item: NewFact, kind: FactKind) -> None:
        if kind.evidence == "required" and not item.evidence:
            words = _("“%(kind)s”须附佐证材料：文件、文号或会签人。") % {"kind": kind.title["zh"]}
            self._add(index, item, "evidence-needed", words)
        for code, words in _word_problems(item.texts, item.evidence):
            self._add(index, item, code, words)


def role_of(item: NewFact) -> str:
    """The part that the subject had in the event; where nothing is said, the attribute of that name."""
    return item.role or item.attributes.get("role", "")


def slot(item: NewFact) -> UUID:
    """What of an item may stand only once."""
    event = item.event.uuid if isinstance(item.event, NewEvent) else item.event
    return slot_of(
        kind=item.kind,
        subject=item.subject,
        occurred_on=item.occurred_on,
        attributes=item.attributes,
        role=role_of(item),
        sequence=item.sequence,
        event=event,
    )


def duplicate_words(name: str, item: NewFact, kind: FactKind | None) -> str:
    """What stands already, and what to do."""
    values = {"name": name, "day": item.occurred_on.isoformat(), "kind": kind.title["zh"] if kind else item.kind}
    if item.event is not None:
        return _("“%(name)s”在这次活动中的“%(kind)s”已经记录过，没有重复记录。") % values
    return _("“%(name)s”%(day)s的“%(kind)s”已经记录过，没有重复记录。确是当天又一次的，请写明是第几次。") % values


def _day_problems(day: date, today: date) -> list[Flaw]:
    if day > today:
        words = _("%(day)s还没有到，不能先记录。请核对日期。") % {"day": day.isoformat()}
        return [Flaw("future-day", words)]
    if day < OLDEST:
        return [Flaw("bad-date", _("日期%(day)s过早，请核对。") % {"day": day.isoformat()})]
    return []


def _word_problems(texts: Mapping[str, str], evidence: Sequence[NewEvidence]) -> list[Flaw]:
    found: list[Flaw] = []
    for name, text in texts.items():
        if not SIMPLE.fullmatch(name) or len(name) > LONGEST["field"]:
            found.append(Flaw("bad-form", _("文字的栏目名不合格式。")))
        if len(text) > LONGEST["text"]:
            found.append(Flaw("text-too-long", _("文字过长，最多%(n)s字。请作为文件附上。") % {"n": LONGEST["text"]}))
    for one in evidence:
        if one.kind not in EVIDENCE_KINDS or (one.kind == "file") != (one.file is not None):
            found.append(Flaw("bad-evidence", _("佐证材料的种类不合格式。")))
        elif one.kind != "file" and not one.content.strip():
            found.append(Flaw("bad-evidence", _("佐证材料没有内容，请写明文号、说明或会签人。")))
        elif len(one.content) > LONGEST["content"]:
            found.append(Flaw("text-too-long", _("佐证说明过长，最多%(n)s字。") % {"n": LONGEST["content"]}))
    return found


def _place_of(source: str) -> Place:
    sheet, mark, cell = source.rpartition("!")
    return Place(sheet=sheet, cell=cell) if mark else Place(file=source)


def _decimal(quantity: int) -> str:
    whole, rest = divmod(quantity, UNIT)
    return f"{whole}.{rest:04d}".rstrip("0") if rest else str(whole)
