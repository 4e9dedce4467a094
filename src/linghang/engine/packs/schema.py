"""A small declarative reader: shapes say what a node must be, and every departure from it is a problem with its line.

A shape reads a node and gives the typed value, or BAD when a problem was reported. Nothing stops at the first problem.
"""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum
from typing import Any, Protocol

from linghang.engine.packs.compose import ListNode, MapNode, Node, ScalarNode, short
from linghang.engine.packs.field_words import choice_words
from linghang.engine.packs.model import Amount
from linghang.engine.periods import Month
from linghang.engine.points import POINT, UNIT, parse_decimal
from linghang.engine.problems import Place, Problems

MOST_TEXT = 2000


class _Bad(Enum):
    BAD = "bad"


BAD = _Bad.BAD


class Shape(Protocol):
    def read(self, node: Node, problems: Problems) -> Any:
        """The typed value, or BAD after reporting why not."""


MOST_PROBLEMS = 500


class TooManyProblems(Exception):
    """Reading goes no further: what is listed is enough to see what is wrong."""


class PackProblems(Problems):
    """A collector that ends the reading of a pack at some number of problems; so hostile content stays cheap."""

    def add(self, place: Place, code: str, message: str, hint: str = "", *, severity: str = "error") -> None:
        if len(self.items) >= MOST_PROBLEMS:
            words = f"问题超过 {MOST_PROBLEMS} 个，后面的没有列出"
            super().add(Place(file=place.file), "too-many-problems", words, "先改正列出的这些")
            raise TooManyProblems
        super().add(place, code, message, hint, severity=severity)


# --- scalars ---------------------------------------------------------------------------------------------------------


def _colon(node: Node) -> str:
    """What to do where a key and its value are one text: a colon of the wrong width, or no space after it."""
    glued = isinstance(node, ScalarNode) and re.match(r"\s*[\w\-]+\s*[:：]", node.text)
    return "冒号用半角“:”，后面空一格，例如“id: base”。" if glued else ""


@dataclass(frozen=True)
class Word:
    """A scalar; `parse` gives its value or raises ValueError with a sentence. `example` shows how it is written.

    `sort`, `words` and `bounds` say from outside what `parse` takes: for schemas, and for lists to choose from.
    """

    parse: Callable[[str], Any]
    code: str
    example: str
    sort: str = "text"
    words: tuple[str, ...] = ()
    bounds: tuple[int, int] | None = None

    def read(self, node: Node, problems: Problems) -> Any:
        if not isinstance(node, ScalarNode):
            problems.add(node.place, "wrong-shape", "这里应是一个值，不是列表或一组内容", f"写成这样：{self.example}")
            return BAD
        try:
            return self.parse(node.text)
        except ValueError as error:
            problems.add(node.place, self.code, str(error), f"写成这样：{self.example}")
            return BAD


def normal(text: str) -> str:
    """Full-width characters made half-width, outer spaces dropped; ids, numbers and cells are compared like this."""
    return unicodedata.normalize("NFKC", text).strip().replace("−", "-")


def _identifier(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9]*(?:[-.][a-z0-9]+)*", text) or len(text) > 64:
        raise ValueError(f"“{short(text)}”不能作编号：只用小写英文字母、数字、连字符和点，字母开头")
    return text


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("这里不能空着")
    if len(text) > MOST_TEXT:
        raise ValueError(f"文字超过 {MOST_TEXT} 个字")
    return text.strip()


def number(text: str, scale: int) -> int:
    """A plain decimal number in 1/`scale`; exponents, infinities and the like are refused before they are computed."""
    plain = normal(text[:100]).replace(",", "")
    if len(text) > 60 or not re.fullmatch(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,10})?", plain):
        if re.fullmatch(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", plain):
            raise ValueError(f"“{short(text)}”太大、位数太多，或写成了科学计数法")
        raise ValueError(f"“{short(text)}”不是数字" if text.strip() else "这里缺一个数")
    return parse_decimal(plain, scale)


def _month(text: str) -> Month:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}", text.strip()):
        raise ValueError(f"“{short(text)}”不是月份")
    return Month.parse(text)


def _date(text: str) -> date:
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text.strip())
    if not found:
        raise ValueError(f"“{short(text)}”不是日期")
    try:
        day = date(*(int(part) for part in found.groups()))
        Month.of(day)
    except ValueError:
        raise ValueError(f"没有 {short(text)} 这一天") from None
    return day


def _month_day(text: str) -> str:
    _date(f"2023-{text.strip()}")
    return text.strip()


def _flag(text: str) -> bool:
    words = {"true": True, "是": True, "yes": True, "false": False, "否": False, "no": False}
    if text.strip().lower() not in words:
        raise ValueError(f"“{short(text)}”不是 是/否")
    return words[text.strip().lower()]


def _version(text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,6}(?:\.[0-9]{1,6}){2}", text.strip()):
        raise ValueError(f"“{short(text)}”不是版本号")
    return text.strip()


def _at_least_version(text: str) -> str:
    return _version(normal(text).removeprefix(">=").removeprefix("≥"))


def integer(low: int, high: int) -> Word:
    """A whole number within the closed range."""

    def parse(text: str) -> int:
        plain = normal(text[:100])
        if len(text) > 30 or not re.fullmatch(r"[+-]?[0-9]{1,15}", plain) or not low <= int(plain) <= high:
            raise ValueError(f"“{short(text)}”不是 {low} 至 {high} 的整数")
        return int(plain)

    return Word(parse, "bad-integer", str(max(low, 1)), "integer", bounds=(low, high))


def _chosen(text: str, known: tuple[str, ...]) -> str:
    """'写 quarter（季）' for what people call a fixed word, else the nearest one, or all with what they are called."""
    labels = {word: label for word, label in choice_words(known).items() if label != word}
    plain = normal(text[:60]).removeprefix("每").removeprefix("按")
    for word, label in labels.items():
        if plain and plain.removesuffix("度") in (label, f"每{label}"):
            return f"写 {word}（{label}）"
    close = near(text, known)
    if close.startswith("可用"):
        return "可用：" + "、".join(f"{word}（{labels[word]}）" if word in labels else word for word in known)
    return close


def choice(words: type[StrEnum] | Iterable[str]) -> Word:
    """One of the enumeration's values; the nearest one is proposed."""
    known = {str(w): w for w in words}

    def parse(text: str) -> Any:
        if text.strip() not in known:
            raise ValueError(f"“{short(text)}”不在可选项里。{_chosen(text.strip(), tuple(known))}")
        return known[text.strip()]

    return Word(parse, "bad-choice", " 或 ".join(known), "choice", tuple(known))


IDENTIFIER = Word(_identifier, "bad-id", "study-hours 或 life.attendance", "identifier")
TEXT = Word(_text, "bad-text", "第四条")
OPTIONAL_TEXT = Word(lambda t: _text(t) if t.strip() else "", "bad-text", "第四条", "optional")
POINTS = Word(lambda t: number(t, POINT), "bad-number", "2.00", "number")
QUANTITY = Word(lambda t: number(t, UNIT), "bad-number", "1.5", "number")
MONTH = Word(_month, "bad-month", "2026-01", "month")
DATE = Word(_date, "bad-date", "2026-01-15", "date")
MONTH_DAY = Word(_month_day, "bad-date", "01-15", "month-day")
FLAG = Word(_flag, "bad-flag", "true 或 false", "flag")
VERSION = Word(_version, "bad-version", "1.0.0", "version")
AT_LEAST_VERSION = Word(_at_least_version, "bad-version", '">=1.0.0"', "at-least-version")


@dataclass(frozen=True)
class Written:
    """A text with the place where it stands: for references and table cells that are resolved later."""

    text: str
    place: Place = field(default_factory=Place, compare=False)


class _WrittenShape:
    def read(self, node: Node, problems: Problems) -> Any:
        text = Word(lambda t: t, "bad-text", "文字").read(node, problems)
        if text is not BAD and len(text) > MOST_TEXT:
            problems.add(node.place, "bad-text", f"文字超过 {MOST_TEXT} 个字", "写短一些")
            return BAD
        return BAD if text is BAD else Written(text.strip(), node.place)


WRITTEN = _WrittenShape()


def parse_amount(text: str, place: Place) -> Amount:
    """'2.00' or '$parameter' → Amount; raises ValueError with a sentence."""
    plain = normal(text[:200])
    if plain.startswith("$"):
        return Amount(parameter=_identifier(plain[1:]), place=place)
    return Amount(number(text, POINT), place=place)


class _AmountShape:
    def read(self, node: Node, problems: Problems) -> Any:
        return Word(lambda t: parse_amount(t, node.place), "bad-amount", "2.00 或 $参数编号").read(node, problems)


AMOUNT = _AmountShape()


# --- lists and mappings ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ListOf:
    """A list, each item of one shape; bad items are left out after they were reported."""

    shape: Shape
    least: int = 0

    def read(self, node: Node, problems: Problems) -> Any:
        if not isinstance(node, ListNode):
            problems.add(node.place, "wrong-shape", "这里应是一个列表", "每项一行，以“- ”开头，或写成 [甲, 乙]")
            return BAD
        if len(node.items) < self.least:
            problems.add(node.place, "too-few", f"这里至少要有 {self.least} 项", "补上")
            return BAD
        found = [self.shape.read(item, problems) for item in node.items]
        return tuple(value for value in found if value is not BAD)


@dataclass(frozen=True)
class OneOrMany:
    """One value, or a list of them."""

    shape: Shape

    def read(self, node: Node, problems: Problems) -> Any:
        if isinstance(node, ListNode):
            return ListOf(self.shape, 1).read(node, problems)
        found = self.shape.read(node, problems)
        return BAD if found is BAD else (found,)


@dataclass(frozen=True)
class MapOf:
    """A mapping whose keys are ours to name; gives a dict in the order written. `place` goes into no key."""

    value: Shape
    key: Word = IDENTIFIER

    def read(self, node: Node, problems: Problems) -> Any:
        if not isinstance(node, MapNode):
            problems.add(node.place, "wrong-shape", "这里应是一组“名称: 内容”", _colon(node) or "检查冒号和缩进")
            return BAD
        found = {}
        for name, (place, inner) in node.pairs.items():
            key = self.key.read(ScalarNode(name, place), problems)
            value = self.value.read(inner, problems)
            if key is not BAD and value is not BAD:
                found[key] = value
        return found


@dataclass(frozen=True)
class Field:
    """One key of a record. Without `required`, an absent key gives `default`. `into` names the argument of `build`."""

    shape: Shape
    required: bool = True
    default: Any = None
    into: str = ""


def maybe(shape: Shape, default: Any = None, into: str = "") -> Field:
    """A key that may be left out."""
    return Field(shape, False, default, into)


@dataclass(frozen=True)
class Record:
    """A mapping with known keys, made into a value by `build(**fields)`; unknown and missing keys are named.

    With `placed`, `build` is also given `place`, where the mapping stands. Where a part is wrong, and was reported,
    `partly` makes what it can of the others, so that these are looked at further; wrong parts are BAD to it.
    """

    what: str
    fields: Mapping[str, Field]
    build: Callable[..., Any]
    placed: bool = True
    partly: Callable[..., Any] | None = None

    def read(self, node: Node, problems: Problems) -> Any:
        if not isinstance(node, MapNode):
            hint = f"{_colon(node)}可用：{'、'.join(self.fields)}"
            problems.add(node.place, "wrong-shape", f"{self.what}应是一组“名称: 内容”", hint)
            return BAD
        self._refuse_unknown(node, problems)
        values: dict[str, Any] = {"place": node.place} if self.placed else {}
        for name, of in self.fields.items():
            values[of.into or name] = self._field(node, name, of, problems)
        if BAD not in values.values():
            return self.build(**values)
        return self.partly(**values) if self.partly else BAD

    def _field(self, node: MapNode, name: str, of: Field, problems: Problems) -> Any:
        if name in node.pairs:
            return of.shape.read(node.pairs[name][1], problems)
        if of.required:
            problems.add(node.place, "missing-key", f"{self.what}缺少“{name}”", f"补上“{name}: …”")
            return BAD
        return of.default

    def _refuse_unknown(self, node: MapNode, problems: Problems) -> None:
        for name, (place, _) in node.pairs.items():
            if name not in self.fields:
                words = f"{self.what}没有“{short(name)}”这一项"
                problems.add(place, "unknown-key", words, near(name, self.fields))


def near(word: str, known: Iterable[str]) -> str:
    """'是不是“title”?' for a word that is close to a known one, else what there is."""
    words = list(known)
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6) if len(word) <= 60 else []
    if close:
        return f"是不是“{close[0]}”?"
    listed = "、".join(words[:20]) + ("……" if len(words) > 20 else "")
    return f"可用：{listed}" if words else "目前没有可用的"


def _title(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, **({"en": en} if en else {})}


class _TitleShape:
    """{zh: 学习, en: Study}, or just the Chinese words."""

    record = Record("名称", {"zh": Field(TEXT), "en": maybe(TEXT, "")}, _title, placed=False)

    def read(self, node: Node, problems: Problems) -> Any:
        if isinstance(node, ScalarNode):
            text = TEXT.read(node, problems)
            return BAD if text is BAD else {"zh": text}
        return self.record.read(node, problems)


TITLE = _TitleShape()
