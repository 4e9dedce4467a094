"""Records of a file as they are read, and what can be judged only with all of them: duplicates and reversals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from linghang.apps.exchange.cells import Cells
from linghang.apps.exchange.words import plain
from linghang.engine.facts import Fact
from linghang.engine.packs.model import FactKind
from linghang.engine.periods import Month
from linghang.engine.points import format_quantity
from linghang.engine.problems import Problems
from linghang.engine.roster import Member


@dataclass(slots=True)
class Record:
    """One fact in the making. `row`, `column` say where the person stands in the sheet."""

    cells: Cells
    row: int
    column: int
    kind: FactKind
    member: Member
    day: date
    day_column: int
    quantity: int
    quantity_column: int
    attributes: Mapping[str, str]
    event: str
    number: str = ""  # 记录号
    named: bool = True  # the event is named in the table, not made up from the row


@dataclass(slots=True)
class _Reversal:
    cells: Cells
    row: int
    column: int
    number: str
    sequence: int


class Collector:
    """Takes records in the order of the file and gives the facts that have no problem."""

    def __init__(self, problems: Problems, period: Month, after: int = 0, *, any_day: bool = False) -> None:
        self._problems, self._period, self._any_day = problems, period, any_day
        self._sequence = after
        self._facts: list[tuple[Fact, str | date]] = []  # with the event or day that makes it unique
        self._reversals: list[_Reversal] = []
        self._numbers: dict[str, Fact] = {}
        self._bad_numbers: set[str] = set()
        self._attributes: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}

    def next_number(self) -> int:
        """The place of the next record in the order of the file; counted for bad records as well."""
        self._sequence += 1
        return self._sequence

    def take(self, record: Record, sequence: int) -> None:
        """Keep the record as a fact unless its day or quantity speaks against it."""
        in_time = self._check_day(record)
        if not (self._check_quantity(record) and in_time):
            self.refuse_number(record.number)
            return
        fact = Fact(
            kind=record.kind.id,
            subject=record.member.code,
            occurred_on=record.day,
            quantity=record.quantity,
            attributes=self._shared(record.attributes),
            event=record.event,
            sequence=sequence,
            source=record.cells.place(record.row, record.column),
        )
        self._facts.append((fact, record.event if record.event and record.named else record.day))
        self._remember_number(record, fact)

    def refuse_number(self, number: str) -> None:
        """A record of that number had a problem of its own: a reversal of it need not be reported as well."""
        if number:
            self._bad_numbers.add(plain(number))

    def take_reversal(self, cells: Cells, row: int, column: int, number: str) -> None:
        """Remember that the row cancels the record of that number."""
        self._reversals.append(_Reversal(cells, row, column, number, self.next_number()))

    def facts(self) -> list[Fact]:
        """All facts without problem, in the order of the file; duplicates are reported with the place of the first."""
        reversals = self._resolve_reversals()
        cancelled = {r.reverses for r in reversals}
        first: dict[tuple[object, ...], Fact] = {}
        good: list[Fact] = []
        for fact, when in self._facts:
            if cancelled and fact.key in cancelled:
                good.append(fact)
                continue
            same = first.setdefault((fact.kind, fact.subject, when, tuple(sorted(fact.attributes.items()))), fact)
            if same is fact:
                good.append(fact)
            else:
                words = f"与 {same.source.sheet}!{same.source.cell} 重复：同一人、同一事项、同一天或同一活动"
                self._problems.add(fact.source, "duplicate", words, "删去一条；确是两次的，写明不同的活动名称")
        return sorted([*good, *reversals], key=lambda f: f.sequence)

    def _shared(self, attributes: Mapping[str, str]) -> dict[str, str]:
        key = tuple(sorted(attributes.items()))
        return self._attributes.setdefault(key, dict(key))

    def _check_day(self, record: Record) -> bool:
        day, period = record.day, self._period
        wrong, hint = "", "核对日期"
        if self._any_day:
            return True
        if day.year != period.year:
            wrong = f"日期 {day} 不在 {period.year} 年内"
        elif day > period.last:
            wrong = f"日期 {day} 在核算月份 {period.words}之后"
        elif not record.member.scored_on(day):
            return self._contradicts(record)
        if wrong:
            record.cells.wrong(record.row, record.day_column, "out-of-period", wrong, hint)
        return not wrong

    @staticmethod
    def _contradicts(record: Record) -> bool:
        member, day = record.member, record.day
        why = "在免除期间" if member.active.contains(day) else "不在册（转入前或转出后）"
        words = f"与名册不一致：{member.name} {day} {why}"
        record.cells.wrong(
            record.row, record.day_column, "contradicts-roster", words, "核对日期，或改名册里的转入、转出、免除日期"
        )
        return False

    @staticmethod
    def _check_quantity(record: Record) -> bool:
        kind, quantity = record.kind, record.quantity
        low, high = kind.quantity_min, kind.quantity_max
        if quantity >= low and (high is None or quantity <= high):
            return True
        bounds = (
            f"{format_quantity(low)} 至 {format_quantity(high)}"
            if high is not None
            else f"不小于 {format_quantity(low)}"
        )
        words = f"数量 {format_quantity(quantity)} 超出范围，“{kind.title['zh']}”应{bounds}{kind.unit}"
        record.cells.wrong(record.row, record.quantity_column, "quantity-out-of-bounds", words, "核对数量和单位")
        return False

    def _remember_number(self, record: Record, fact: Fact) -> None:
        if not record.number:
            return
        key = plain(record.number)
        known = self._numbers.setdefault(key, fact)
        if known is not fact:
            words = f"记录号 {record.number} 已用于 {known.source.sheet}!{known.source.cell}"
            self._problems.add(fact.source, "duplicate-number", words, "每条记录一个号")

    def _resolve_reversals(self) -> list[Fact]:
        found: list[Fact] = []
        done: dict[str, _Reversal] = {}
        for reversal in self._reversals:
            key = plain(reversal.number)
            target = self._numbers.get(key)
            if target is None:
                self._no_target(reversal, key)
            elif key in done:
                where = done[key].cells.place(done[key].row, done[key].column).cell
                words = f"记录 {reversal.number} 已在 {where} 冲正过"
                reversal.cells.wrong(reversal.row, reversal.column, "duplicate-reversal", words, "一条记录只冲正一次")
            else:
                done[key] = reversal
                found.append(_reversing(target, reversal))
        return found

    def _no_target(self, reversal: _Reversal, key: str) -> None:
        if key not in self._bad_numbers:
            words = f"要冲正的记录 {reversal.number} 不在这个文件里"
            reversal.cells.wrong(
                reversal.row, reversal.column, "unknown-record", words, "写被冲正那条的记录号，两条放在同一文件"
            )


def _reversing(target: Fact, reversal: _Reversal) -> Fact:
    return Fact(
        kind=target.kind,
        subject=target.subject,
        occurred_on=target.occurred_on,
        quantity=target.quantity,
        attributes=target.attributes,
        event=target.event,
        sequence=reversal.sequence,
        reverses=target.key,
        source=reversal.cells.place(reversal.row, reversal.column),
    )
