"""One-line conditions in restricted Chinese: 事项 = “志愿服务” 且 级别 ≥ “省级” 且 非（数量 < 1.5）.

An allow-list grammar, read from left to right and never evaluated:

    line       = all { 或 all }
    all        = single { 且 single }
    single     = 非 single | （ line ） | comparison
    comparison = name sign value | name 属于 【 value { ， value } 】

Names are 事项, 数量 and the attributes of the records; values are those of their closed lists. Full-width signs,
brackets and digits mean the same as half-width ones. Every refusal names the character at which it stands.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linghang.engine.packs.compose import short
from linghang.engine.packs.condition_model import AllOf, AnyOf, Condition, Not
from linghang.engine.packs.lookup import names, values_called, values_meant
from linghang.engine.packs.model import KIND, QUANTITY, Attribute, Comparison, FactKind, Test
from linghang.engine.packs.schema import near, number
from linghang.engine.points import UNIT

LONGEST, DEEPEST, MOST_TESTS = 500, 10, 40
KIND_NAME, QUANTITY_NAME = "事项", "数量"
HOW = "写成这样：角色 = “组织者” 且 数量 ≥ 2"
_SIGNS = {
    "不属于": "∉", "属于": "∈", ">=": "≥", "≥": "≥", "≧": "≥", "<=": "≤", "≤": "≤", "≦": "≤", "!=": "≠", "<>": "≠",
    "≠": "≠", "==": "=", "=": "=", ">": ">", "<": "<",
}  # fmt: skip
_QUOTES = {"“": '”“"', "”": '”“"', '"': '”“"', "‘": "’‘'", "’": "’‘'", "'": "’‘'", "「": "」", "『": "』"}
_WORD = re.compile(r"[^\s()\[\]【】,、“”\"‘’'「」『』=≠!<>≥≤≧≦]+")
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*")


class Refused(ValueError):
    """The line is not understood; `column` counts its characters from 1."""

    def __init__(self, column: int, code: str, message: str, hint: str = HOW) -> None:
        super().__init__(f"条件第 {column} 字：{message}")
        self.column, self.code, self.hint = column, code, hint


@dataclass(frozen=True)
class _Name:
    """What a comparison speaks of: the kind, the quantity, or an attribute as the kinds have it."""

    word: str
    what: str
    attributes: tuple[Attribute, ...] = ()


def parse_condition(text: str, kinds: Sequence[FactKind]) -> Condition:
    """The condition that the line says about records of these kinds; raises `Refused`."""
    if len(text) > LONGEST:
        raise Refused(LONGEST, "condition-syntax", f"条件超过 {LONGEST} 个字", "拆成几行，或写成表格的列")
    return _Parser(text, kinds).line_alone()


class _Parser:
    def __init__(self, text: str, kinds: Sequence[FactKind]) -> None:
        self.kinds, self.at, self.depth, self.tests = kinds, 0, 0, 0
        pieces = [unicodedata.normalize("NFKC", character).replace("−", "-") for character in text]
        self.text = "".join(pieces)
        self.origin = [number for number, piece in enumerate(pieces, 1) for _ in piece] + [len(text) + 1]
        self.names = _names(kinds)

    # --- the grammar ---------------------------------------------------------------------------------------------

    def line_alone(self) -> Condition:
        found = self._line()
        if self.at < len(self.text):
            raise self._refused(f"“{short(self.text[self.at :], 12)}”前面缺“且”或“或”")
        return found

    def _line(self) -> Condition:
        found = [self._all()]
        while self._take("或"):
            found.append(self._all())
        return AnyOf(tuple(found)) if len(found) > 1 else found[0]

    def _all(self) -> Condition:
        found = [self._single()]
        while self._take("且"):
            found.append(self._single())
        return AllOf(tuple(found)) if len(found) > 1 else found[0]

    def _single(self) -> Condition:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._refused(f"括号和“非”套得超过 {DEEPEST} 层")
        self._skip()
        try:
            if self.text.startswith("(", self.at):
                return self._bracketed()
            if self.text.startswith("非", self.at) and not self._known_name():
                self.at += 1
                return Not(self._single())
            return self._comparison()
        finally:
            self.depth -= 1

    def _bracketed(self) -> Condition:
        opened = self.at
        self.at += 1
        found = self._line()
        if not self._take(")"):
            raise self._refused(f"第 {self.origin[opened]} 字的括号没有配上“）”")
        return found

    def _comparison(self) -> Condition:
        self.tests += 1
        if self.tests > MOST_TESTS:
            raise self._refused(f"比较超过 {MOST_TESTS} 处", "condition-syntax")
        begins = self.at
        name = self._name()
        sign = self._sign(name)
        if name.what == QUANTITY:
            return self._quantity(name, sign)
        if sign in ("∈", "∉"):
            values = self._values_in_brackets(name)
        else:
            values = self._value(name, {"=": "", "≠": ""}.get(sign, sign), begins)
        comparison = Comparison.NONE_OF if sign in ("≠", "∉") else Comparison.ONE_OF
        return Test(name.what, comparison, tuple(dict.fromkeys(values)))

    # --- names and signs -----------------------------------------------------------------------------------------

    def _known_name(self) -> str:
        """The longest known name that stands here and is followed by a sign."""
        for name in self.names:
            rest = self.text[self.at + len(name) :].lstrip()
            if self.text.startswith(name, self.at) and any(rest.startswith(sign) for sign in _SIGNS):
                return name
        return ""

    def _name(self) -> _Name:
        if self.at >= len(self.text):
            raise self._refused("这里缺一个比较")
        begins, known = self.at, self._known_name()
        word = known or self._quoted() or self._word()
        if known:
            self.at += len(known)
        if word not in self.names:
            titles = [KIND_NAME, QUANTITY_NAME, *(a.title["zh"] for k in self.kinds for a in k.attributes.values())]
            raise self._refused(
                f"记录里没有“{short(word)}”这一项", "unknown-column", near(word, dict.fromkeys(titles)), at=begins
            )
        return self._meant(word, begins)

    def _meant(self, word: str, begins: int) -> _Name:
        if word in (KIND_NAME, QUANTITY_NAME):
            return _Name(word, KIND if word == KIND_NAME else QUANTITY)
        found = self.names[word]
        if len({a.id for a in found}) > 1:
            hint = f"改写编号：{'、'.join(dict.fromkeys(a.id for a in found))}"
            raise self._refused(f"“{word}”在几种记录里是不同的属性", "ambiguous-column", hint, at=begins)
        return _Name(word, found[0].id, found)

    def _sign(self, name: _Name) -> str:
        self._skip()
        written = next((sign for sign in _SIGNS if self.text.startswith(sign, self.at)), "")
        if not written:
            raise self._refused(f"“{name.word}”后面缺 =、≠、≥、<、属于 之一")
        sign = _SIGNS[written]
        compares = sign in ("≥", "≤", ">", "<")
        if name.what == QUANTITY and sign in ("∈", "∉"):
            raise self._refused("“数量”只能用 =、≠、≥、≤、>、<")
        if name.what != QUANTITY and compares and (name.what == KIND or not all(a.ordered for a in name.attributes)):
            raise self._refused(f"“{name.word}”的取值不分高低，不能用 {sign}", "not-ordered", "用 =，或 属于【…】")
        self.at += len(written)
        return sign

    # --- values --------------------------------------------------------------------------------------------------

    def _values_in_brackets(self, name: _Name) -> list[str]:
        self._skip()
        opened = self.at
        if self.text[self.at : self.at + 1] not in ("【", "["):
            raise self._refused("“属于”后面写【取值，取值】")
        self.at += 1
        found: list[str] = []
        while True:
            found += self._value(name, "", self.at)
            if self._take("】") or self._take("]"):
                return found
            if not (self._take(",") or self._take("、")):
                raise self._refused(f"第 {self.origin[opened]} 字的“【”没有配上“】”，或取值之间缺“，”")

    def _value(self, name: _Name, sign: str, begins: int) -> list[str]:
        self._skip()
        begins = self.at
        word = self._quoted() or self._known_value(name) or self._word()
        if not word:
            raise self._refused("这里缺一个取值", at=begins)
        found = self._ids(name, word, sign)
        if found:
            return found
        if sign and self._ids(name, word, ""):
            side = "低" if sign in ("<", "≤") else "高"
            raise self._refused(f"没有比“{word}”更{side}的取值", "empty-comparison", "改用别的取值", at=begins)
        code = "unknown-kind" if name.what == KIND else "unknown-value"
        titles = self._titles(name)
        words = f"“{name.word}”没有取值“{short(word)}”，可用：{'、'.join(titles[:20])}"
        raise self._refused(words, code, near(word, titles), at=begins)

    def _ids(self, name: _Name, word: str, sign: str) -> list[str]:
        if name.what == KIND:
            return [k.id for k in self.kinds if word in names(k.id, k.title)]
        return values_meant(name.attributes, word, sign) if sign else values_called(name.attributes, word)

    def _titles(self, name: _Name) -> list[str]:
        if name.what == KIND:
            return [k.title["zh"] for k in self.kinds]
        return list(dict.fromkeys(t["zh"] for a in name.attributes for t in a.values.values()))

    def _known_value(self, name: _Name) -> str:
        """The longest value that stands here unquoted and ends where a word ends."""
        known = {k.id: k.title for k in self.kinds} if name.what == KIND else {}
        for attribute in name.attributes:
            known |= attribute.values
        for word in sorted({n for i, t in known.items() for n in names(i, t)}, key=len, reverse=True):
            ends = self.at + len(word)
            if self.text.startswith(word, self.at) and self._ends_word(ends):
                self.at = ends
                return word
        return ""

    def _ends_word(self, at: int) -> bool:
        following = self.text[at : at + 1]
        return not following or following.isspace() or following in ")]】,、且或"

    def _quantity(self, name: _Name, sign: str) -> Condition:
        self._skip()
        found = _NUMBER.match(self.text, self.at)
        if not found:
            raise self._refused(f"“{name.word}”后面写数字，例如 1.5", "bad-number")
        try:
            bound = number(found[0], UNIT)
        except ValueError as error:
            raise self._refused(str(error), "bad-number") from None
        self.at = found.end()
        self._skip()
        units = sorted({k.unit for k in self.kinds}, key=len, reverse=True)
        self.at += len(next((unit for unit in units if self.text.startswith(unit, self.at)), ""))
        return _compared(sign, bound)

    # --- characters ----------------------------------------------------------------------------------------------

    def _quoted(self) -> str:
        closing = _QUOTES.get(self.text[self.at : self.at + 1], "")
        if not closing:
            return ""
        ends = next((n for n in range(self.at + 1, len(self.text)) if self.text[n] in closing), -1)
        if ends < 0:
            raise self._refused("引号没有配对")
        word, self.at = self.text[self.at + 1 : ends].strip(), ends + 1
        return word

    def _word(self) -> str:
        found = _WORD.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found[0] if found else ""

    def _skip(self) -> None:
        while self.text[self.at : self.at + 1].isspace():
            self.at += 1

    def _take(self, word: str) -> bool:
        self._skip()
        if not self.text.startswith(word, self.at):
            return False
        self.at += len(word)
        return True

    def _refused(
        self, message: str, code: str = "condition-syntax", hint: str = HOW, *, at: int | None = None
    ) -> Refused:
        return Refused(self.origin[min(self.at if at is None else at, len(self.text))], code, message, hint)


def _names(kinds: Sequence[FactKind]) -> Mapping[str, tuple[Attribute, ...]]:
    """Every name that a comparison may begin with, the longest first → the attributes so called."""
    found: dict[str, tuple[Attribute, ...]] = {KIND_NAME: (), QUANTITY_NAME: ()}
    for kind in kinds:
        for attribute in kind.attributes.values():
            for word in dict.fromkeys(names(attribute.id, attribute.title)):
                found[word] = (*found.get(word, ()), attribute)
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _compared(sign: str, bound: int) -> Condition:
    """A comparison of the quantity by bounds of buckets; quantities are whole ten-thousandths."""
    at_least = Test(QUANTITY, Comparison.AT_LEAST, bound=bound)
    below = Test(QUANTITY, Comparison.BELOW, bound=bound)
    above, up_to = (Test(QUANTITY, c, bound=bound + 1) for c in (Comparison.AT_LEAST, Comparison.BELOW))
    exactly = AllOf((at_least, up_to))
    meant: dict[str, Condition] = {"≥": at_least, "<": below, ">": above, "≤": up_to, "=": exactly}
    return meant.get(sign, Not(exactly))
