"""Words in cells into kinds, values and amounts of the pack; a problem by cell for each that means nothing."""

from collections.abc import Mapping

from linghang.apps.exchange.cells import Cells
from linghang.apps.exchange.lexicon import Lexicon
from linghang.apps.exchange.mapping.model import FactsSheet
from linghang.apps.exchange.tables.headers import text_of
from linghang.apps.exchange.values import parse_amount
from linghang.apps.exchange.words import meant, plain
from linghang.engine.packs.model import Attribute, FactKind
from linghang.engine.periods import Month
from linghang.engine.points import UNIT
from linghang.engine.problems import Place

COUNTED_UNITS = ("", "次", "人次", "件", "项", "个", "条", "场", "篇")
MOST_TIMES = 50  # more than so many times in one cell is a slip of the hand
_HOW_WORD = "改正这个词，或在列对应表的“换词”里写明它的意思"


class Meanings:
    """What the words of one mapped sheet mean."""

    def __init__(self, cells: Cells, mapped: FactsSheet, lexicon: Lexicon, period: Month) -> None:
        self.cells, self.mapped, self.lexicon, self.period = cells, mapped, lexicon, period
        self._values: dict[tuple[str, str, str], str | None] = {}
        self._columns: dict[str, list[tuple[Attribute, int]]] = {}
        self._defaults: dict[str, dict[str, str]] = {}
        self._words = {plain(a): {plain(w): v for w, v in words.items()} for a, words in mapped.words.items()}

    def kind(self, row: int, column: int | None) -> FactKind | None:
        """The kind of a row: from its cell, else the one that the whole sheet is about."""
        word = text_of(self.cells.sheet.value(row, column)) if column is not None else ""
        if not word and self.mapped.kind:
            return self.mapping_kind(self.mapped.kind)
        kind = self.lexicon.kind(word) if word else None
        if kind is None and (column is None or self.cells.usable(row, column)):
            words = f"不认得事项“{word}”" if word else "没有写事项"
            hint = meant(word, self.lexicon.kind_titles()) if word else ""
            self.cells.wrong(row, column or 0, "unknown-kind", words, hint or "写方案包里的事项名称")
        return kind

    def mapping_kind(self, word: str) -> FactKind | None:
        """A kind that the mapping names; unknown ones are a problem of the mapping."""
        kind = self.lexicon.kind(word)
        if kind is None:
            self._mapping_problem(f"列对应表里的事项“{word}”不在方案包里", meant(word, self.lexicon.kind_titles()))
        return kind

    def mapping_values(self, kind: FactKind, said: Mapping[str, str], *, of_all_kinds: bool = False) -> dict[str, str]:
        """Attribute id → value id for what the mapping says; with `of_all_kinds` what the kind lacks is passed over."""
        found: dict[str, str] = {}
        for title, word in said.items():
            attribute = self.lexicon.attribute(kind, title)
            value = self.value(kind, attribute, word) if attribute else None
            if attribute and value is not None:
                found[attribute.id] = value
            elif attribute or not of_all_kinds:
                known = (
                    self.lexicon.value_titles(attribute)
                    if attribute
                    else [a.title["zh"] for a in kind.attributes.values()]
                )
                words = f"列对应表里的“{title}: {word}”不是“{kind.title['zh']}”的属性和取值"
                self._mapping_problem(words, meant(word if attribute else title, known))
        return found

    def _mapping_problem(self, message: str, hint: str) -> None:
        place = Place(file=self.cells.book.file, sheet=self.cells.sheet.name)
        if not any(p.place == place and p.message == message for p in self.cells.problems.items):
            self.cells.problems.add(place, "mapping-unknown-word", message, hint)

    def value(self, kind: FactKind, attribute: Attribute, word: str) -> str | None:
        """The value id that a word means, by the mapping's own words first."""
        asked = (kind.id, attribute.id, word)
        if asked not in self._values:
            own = self._words.get(plain(attribute.title["zh"])) or self._words.get(plain(attribute.id)) or {}
            self._values[asked] = self.lexicon.value(kind, attribute, own.get(plain(word), word))
        return self._values[asked]

    def attributes(self, row: int, kind: FactKind, said: Mapping[str, str]) -> dict[str, str] | None:
        """All attributes of a record: what the mapping fixes, then the row's cells, then `said`; None with problems."""
        found = dict(self._fixed(kind))
        good = True
        for attribute, column in self._attribute_columns(kind):
            word = text_of(self.cells.sheet.value(row, column))
            value = self.value(kind, attribute, word) if word else None
            if value is not None:
                found[attribute.id] = value
            elif not word:
                good &= self.cells.usable(row, column)
            else:
                good &= attribute.id in said
                if attribute.id not in said:
                    self._unknown_value(row, column, attribute, word)
        found.update(said)
        return found if good else None

    def missing(self, kind: FactKind, attributes: Mapping[str, str]) -> list[str]:
        """Titles of the required attributes that the record does not have."""
        return [a.title["zh"] for a in kind.attributes.values() if a.required and a.id not in attributes]

    def _unknown_value(self, row: int, column: int, attribute: Attribute, word: str) -> None:
        known = self.lexicon.value_titles(attribute)
        hint = meant(word, known) or f"可以写：{'、'.join(known[:12])}"
        words = f"“{word}”不是“{attribute.title['zh']}”的取值"
        self.cells.wrong(row, column, "unknown-value", words, f"{hint} {_HOW_WORD}")

    def _attribute_columns(self, kind: FactKind) -> list[tuple[Attribute, int]]:
        if kind.id not in self._columns:
            pairs = [(self.lexicon.attribute(kind, title), column) for title, column in self.mapped.attributes.items()]
            self._columns[kind.id] = [(attribute, column) for attribute, column in pairs if attribute]
        return self._columns[kind.id]

    def _fixed(self, kind: FactKind) -> dict[str, str]:
        if kind.id not in self._defaults:
            defaults = self.mapping_values(kind, self.mapped.defaults, of_all_kinds=True)
            fixed = self.mapping_values(kind, self.mapped.fixed, of_all_kinds=True)
            self._defaults[kind.id] = defaults | fixed
        return self._defaults[kind.id]

    def quantity(self, row: int, column: int | None, kind: FactKind) -> int | None:
        """The amount in stored units; one where the kind is counted and nothing is written. None with a problem."""
        value = self.cells.sheet.value(row, column) if column is not None else None
        if value is None:
            return self._no_quantity(row, column, kind)
        try:
            amount = parse_amount(value, kind.unit, self.mapped.conversions)
            if self._is_counted(kind) and (amount % UNIT or not 0 < amount <= MOST_TIMES * UNIT):
                raise ValueError(f"“{text_of(value)}”不是次数（1 至 {MOST_TIMES} 的整数）")
            return amount
        except ValueError as error:
            if column is not None and self.cells.usable(row, column):
                hint = f"写成数字，单位是{kind.unit or '次'}；别的说法先在列对应表的“换算”里写明"
                self.cells.wrong(row, column, "bad-quantity", str(error), hint)
            return None

    def _is_counted(self, kind: FactKind) -> bool:
        return kind.unit in COUNTED_UNITS and kind.id not in self.lexicon.judged

    def times(self, kind: FactKind, quantity: int) -> int | None:
        """How many records an amount of a counted kind stands for; None where it is one record."""
        return quantity // UNIT if self._is_counted(kind) and quantity != UNIT else None

    def _no_quantity(self, row: int, column: int | None, kind: FactKind) -> int | None:
        if column is not None and not self.cells.usable(row, column):
            return None
        if self._is_counted(kind):
            return UNIT
        words = f"“{kind.title['zh']}”没有写数量（{kind.unit}）"
        self.cells.wrong(row, column or 0, "no-quantity", words, f"补上数量，单位是{kind.unit}")
        return None
