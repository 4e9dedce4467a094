"""Worked cases: a member, what happened, and what a scheme must give. Each threshold of a pack has one on both sides.

`late` are facts that are recorded only after every month before the period was made final.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from linghang.engine.facts import Fact
from linghang.engine.packs.compose import MapNode, Node, ScalarNode, short
from linghang.engine.packs.lookup import names
from linghang.engine.packs.model import FactKind, Pack, Scheme
from linghang.engine.packs.read import read_record
from linghang.engine.packs.schema import (
    BAD,
    DATE,
    MONTH,
    OPTIONAL_TEXT,
    POINTS,
    QUANTITY,
    TEXT,
    WRITTEN,
    Field,
    ListOf,
    MapOf,
    OneOrMany,
    PackProblems,
    Record,
    TooManyProblems,
    Written,
    choice,
    integer,
    maybe,
    near,
    normal,
)
from linghang.engine.packs.schemes import find_kind
from linghang.engine.packs.source import FolderSource, Source
from linghang.engine.periods import Month, months_between
from linghang.engine.points import UNIT
from linghang.engine.problems import Place, Problems
from linghang.engine.roster import Balance, ClassChange, DateRange, Member

MEMBER, BRANCH = "member", "branch"
MEASURED = ("分", "小时", "学时")  # units whose quantity is never understood to be 1
EXPECTED_MARK = "预计"
_FACT_KEYS = ("kind", "on", "quantity", "event")


@dataclass(frozen=True)
class Expect:
    """What is compared; None or empty = not compared. Points in hundredths; words are resolved to ids."""

    items: Mapping[str, int]
    categories: Mapping[str, int]
    grades: Mapping[str, str]  # grade → band, "not_graded", or "预计 band" while a month is provisional
    adjustments: Mapping[Month, int]  # month that the late facts belong to → booked in the period
    month: int | None = None
    quarter: int | None = None
    half_year: int | None = None
    year: int | None = None
    selected: tuple[str, ...] | None = None
    unknown: tuple[str, ...] | None = None
    refused: tuple[str, ...] = ()  # codes of problems with the case's facts
    too_late: int | None = None
    state: str = ""


@dataclass(frozen=True)
class Beside:
    """Somebody who is graded together with a case's member: of his branch, or of the one named."""

    branch: str
    member_class: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Case:
    """One worked case, ready to be settled. `others` are there for places, quotas and means; they are not compared."""

    title: str
    scheme: str
    period: Month
    closed: tuple[Month, ...]
    member: Member
    facts: tuple[Fact, ...]
    late: tuple[Fact, ...]
    expect: Expect
    place: Place = field(default_factory=Place, compare=False)
    others: tuple[Beside, ...] = ()


# --- as written ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _RawFact:
    kind: Written
    days: tuple[date, ...]
    quantity: int | None
    event: str
    attributes: tuple[tuple[Written, Written], ...]
    place: Place


class _FactShape:
    """{kind, on: day or [days], quantity, event, attribute: value …}"""

    record = Record(
        "记录",
        {"kind": Field(WRITTEN), "on": Field(OneOrMany(DATE)), "quantity": maybe(QUANTITY), "event": maybe(TEXT, "")},
        lambda **values: values,
    )

    def read(self, node: Node, problems: Problems) -> Any:
        if not isinstance(node, MapNode):
            return self.record.read(node, problems)
        ours = {key: pair for key, pair in node.pairs.items() if key in _FACT_KEYS}
        values = self.record.read(MapNode(ours, node.place), problems)
        others = [(k, p, v) for k, (p, v) in node.pairs.items() if k not in _FACT_KEYS]
        said = [(Written(k, p), WRITTEN.read(v, problems)) for k, p, v in others]
        if values is BAD or any(value is BAD for _, value in said):
            return BAD
        days = values.pop("on")
        return _RawFact(days=days, attributes=tuple(said), **values)


def _member(**dates: Any) -> Member:
    exempt = DateRange(dates["exempt_from"], dates["exempt_to"])
    return Member(
        code=MEMBER,
        name="算例党员",
        organisation=BRANCH,
        type=dates["type"],
        member_class=dates["class"],
        active=DateRange(dates["from"], dates["to"]),
        exempt=() if exempt == DateRange() else (exempt,),
        brought=_balance(dates["last_year"], dates["last_year_cut"]),
        class_changes=tuple(ClassChange(day, word) for day, word in dates["class_from"].items()),
    )


def _balance(counted: Mapping[str, int], cut: Mapping[str, int]) -> Balance:
    nodes = dict.fromkeys([*counted, *cut])
    return Balance(tuple((node, counted.get(node, 0), cut.get(node, 0)) for node in nodes))


_MEMBER = Record(
    "党员",
    {
        **{name: maybe(DATE) for name in ("from", "to", "exempt_from", "exempt_to")},
        "type": maybe(OPTIONAL_TEXT, ""),
        "class": maybe(OPTIONAL_TEXT, ""),
        "last_year": maybe(MapOf(POINTS, TEXT), {}),
        "last_year_cut": maybe(MapOf(POINTS, TEXT), {}),
        "class_from": maybe(MapOf(OPTIONAL_TEXT, DATE), {}),
    },
    _member,
    placed=False,
)
_EXPECT = Record(
    "应得",
    {
        "items": maybe(MapOf(POINTS, TEXT), {}),
        "categories": maybe(MapOf(POINTS, TEXT), {}),
        "grades": maybe(MapOf(WRITTEN, TEXT), {}),
        "adjustments": maybe(MapOf(POINTS, MONTH), {}),
        "month": maybe(POINTS),
        "quarter": maybe(POINTS),
        "half_year": maybe(POINTS),
        "year": maybe(POINTS),
        "selected": maybe(ListOf(WRITTEN)),
        "unknown": maybe(ListOf(WRITTEN)),
        "refused": maybe(ListOf(TEXT), ()),
        "too_late": maybe(integer(0, 1000)),
        "state": maybe(choice(("complete", "provisional", "exempt")), ""),
    },
    dict,
)
_BESIDE = Record(
    "一起参评的",
    {
        "branch": maybe(TEXT, ""),
        "class": maybe(OPTIONAL_TEXT, ""),
        "count": maybe(integer(1, 1000), 1),
        "facts": maybe(ListOf(_FactShape()), ()),
    },
    lambda **values: values,
    placed=False,
)
_CASE = Record(
    "算例",
    {
        "case": Field(TEXT),
        "scheme": maybe(WRITTEN),
        "period": Field(MONTH),
        "closed": maybe(OneOrMany(WRITTEN), ()),
        "member": maybe(_MEMBER, Member(MEMBER, "算例党员", BRANCH, brought=Balance())),
        "facts": maybe(ListOf(_FactShape()), ()),
        "late": maybe(ListOf(_FactShape()), ()),
        "others": maybe(ListOf(_BESIDE), ()),
        "expect": Field(_EXPECT),
    },
    dict,
)
CASES = Record("算例文件", {"cases": Field(ListOf(_CASE, 1))}, lambda cases: cases, placed=False)


# --- resolved --------------------------------------------------------------------------------------------------------


def read_cases(folder: Path | Source, pack: Pack) -> tuple[tuple[Case, ...], Problems]:
    """Every case of the pack's folder; cases with problems are reported and left out."""
    source = FolderSource(folder) if isinstance(folder, Path) else folder
    problems = PackProblems()
    found: list[Case] = []
    try:
        for name in source.files_in("cases", problems):
            for raw in read_record(source, name, CASES, problems) or ():
                found += _Resolver(pack, problems).case(raw)
    except TooManyProblems:
        pass
    return tuple(found), problems


class _Resolver:
    """Turns the words of one case into ids, against the pack and the case's scheme."""

    def __init__(self, pack: Pack, problems: Problems) -> None:
        self.pack, self.problems = pack, problems

    def case(self, raw: dict[str, Any]) -> list[Case]:
        before = len(self.problems)
        scheme = self._scheme(raw["scheme"], raw["place"])
        if scheme is None:
            return []
        facts = self._facts(raw["facts"], 0)
        late = self._facts(raw["late"], len(facts))
        if late and raw["period"].month == 1:
            words = "一月份的算例不能有补录：年内还没有定稿的月份"
            self.problems.add(raw["place"], "late-in-january", words, "改用二月以后的 period")
        case = Case(
            title=raw["case"],
            scheme=scheme.id,
            period=raw["period"],
            closed=self._closed(raw["closed"], raw["period"]),
            member=raw["member"],
            facts=facts,
            late=late,
            expect=self._expect(raw["expect"], scheme),
            place=raw["place"],
            others=tuple(self._others(raw["others"], len(facts) + len(late))),
        )
        return [case] if len(self.problems) == before else []

    def _scheme(self, written: Written | None, place: Place) -> Scheme | None:
        schemes = self.pack.schemes
        if written is None and len(schemes) == 1:
            return next(iter(schemes.values()))
        if written is None:
            words = f"方案包有 {len(schemes)} 个办法，算例没有写是哪一个"
            self.problems.add(place, "missing-key", words, f"写 scheme: {' 或 '.join(schemes)}")
            return None
        if written.text not in schemes:
            words = f"没有办法“{short(written.text)}”"
            self.problems.add(written.place, "unknown-scheme", words, near(written.text, schemes))
        return schemes.get(written.text)

    def _closed(self, written: tuple[Written, ...], period: Month) -> tuple[Month, ...]:
        if [w.text for w in written] in (["all"], ["全部"]):
            return tuple(months_between(Month(period.year, 1), period))
        found = [MONTH.read(ScalarNode(w.text, w.place), self.problems) for w in written]
        return tuple(month for month in found if month is not BAD)

    # --- facts ---------------------------------------------------------------------------------------------------

    def _others(self, raws: tuple[dict[str, Any], ...], sequence: int) -> Iterator[Beside]:
        for raw in raws:
            facts = self._facts(raw["facts"], sequence)
            sequence += len(facts)
            yield from [Beside(raw["branch"], raw["class"], facts)] * raw["count"]

    def _facts(self, raws: tuple[_RawFact, ...], sequence: int) -> tuple[Fact, ...]:
        found: list[Fact] = []
        for raw in raws:
            kind = find_kind(raw.kind, self.pack.kinds, self.problems)
            if kind is None:
                continue
            if raw.quantity is None and kind.unit in MEASURED:
                words = f"“{kind.title['zh']}”没有写数量（{kind.unit}）"
                self.problems.add(raw.place, "missing-key", words, "补上 quantity")
            quantity, attributes = UNIT if raw.quantity is None else raw.quantity, self._attributes(raw, kind)
            for day in raw.days:
                number = sequence + len(found)
                found.append(Fact(kind.id, MEMBER, day, quantity, attributes, raw.event, number, source=raw.place))
        return tuple(found)

    def _attributes(self, raw: _RawFact, kind: FactKind) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, word in raw.attributes:
            said = normal(name.text)
            attribute = next((a for a in kind.attributes.values() if said in names(a.id, a.title)), None)
            if attribute is None:
                known = [*_FACT_KEYS, *(a.title["zh"] for a in kind.attributes.values())]
                words = f"“{kind.title['zh']}”没有“{short(name.text)}”这一项"
                self.problems.add(name.place, "unknown-key", words, near(name.text, known))
                continue
            found[attribute.id] = self._word(word, attribute.values, "unknown-value", attribute.title["zh"])
        missing = [a.title["zh"] for a in kind.attributes.values() if a.required and a.id not in found]
        if missing:
            words = f"“{kind.title['zh']}”缺少 {'、'.join(missing)}"
            self.problems.add(raw.place, "missing-key", words, "补上")
        return found

    # --- expectations --------------------------------------------------------------------------------------------

    def _expect(self, raw: dict[str, Any], scheme: Scheme) -> Expect:
        place = raw.pop("place")
        items = {i.id: i.title for i in scheme.items}
        categories = {c.id: c.title for c in scheme.categories}
        selections = {s.id: s.title for s in scheme.selections}
        resolved: dict[str, Any] = {
            "unknown": self._list(raw["unknown"], items, "项目"),
            "selected": self._list(raw["selected"], selections, "候选名单"),
            "items": self._named(raw["items"], items, "项目", place),
            "categories": self._named(raw["categories"], categories, "类别", place),
            "grades": self._grades(raw["grades"], scheme, place),
        }
        return Expect(**{**raw, **resolved})

    def _word(self, word: Written, known: Mapping[str, Any], code: str, what: str) -> str:
        """The id that a word means among things with titles; "" with a problem."""
        text = normal(word.text)
        found = next((i for i, title in known.items() if text in names(i, title)), "")
        if not found:
            words = f"{what}没有“{short(word.text)}”"
            self.problems.add(word.place, code, words, near(text, [t["zh"] for t in known.values()]))
        return found

    def _list(self, words: tuple[Written, ...] | None, known: Mapping[str, Any], what: str) -> tuple[str, ...] | None:
        return None if words is None else tuple(sorted(self._word(w, known, "unknown-id", what) for w in words))

    def _named(self, values: Mapping[str, int], known: Mapping[str, Any], what: str, place: Place) -> dict[str, int]:
        return {self._word(Written(name, place), known, "unknown-id", what): v for name, v in values.items()}

    def _grades(self, values: Mapping[str, Written], scheme: Scheme, place: Place) -> dict[str, str]:
        found = {}
        grades = {g.id: g.title for g in scheme.grades}
        for name, word in values.items():
            grade = self._word(Written(name, place), grades, "unknown-id", "评定")
            bands = {b.id: b.title for g in scheme.grades if g.id == grade for b in g.bands}
            text = normal(word.text)
            mark = f"{EXPECTED_MARK} " if text.startswith(EXPECTED_MARK) else ""
            if text in ("not_graded", "不评"):
                found[grade] = "not_graded"
            elif grade:
                band = Written(text.removeprefix(EXPECTED_MARK).strip(), word.place)
                found[grade] = mark + self._word(band, bands, "unknown-id", "档次")
        return found
