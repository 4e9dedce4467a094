"""The item columns of a wide sheet: which matter, which day, what a cell means."""

from collections.abc import Mapping

from linghang.apps.exchange.mapping.marks import meaning_of_mark
from linghang.apps.exchange.mapping.model import MONTH_END, ItemColumn, Meaning
from linghang.apps.exchange.mapping.sheet_view import SheetView, day_in, month_in, without_days
from linghang.apps.exchange.mapping.subject_matter import kind_words
from linghang.apps.exchange.records.meanings import COUNTED_UNITS
from linghang.apps.exchange.values import parse_amount
from linghang.apps.exchange.words import plain
from linghang.engine.packs.model import FactKind

NOT_ITEMS = ("合计", "小计", "总计", "总分", "备注", "排名", "名次", "平均")


def propose_item(view: SheetView, column: int) -> ItemColumn | None:
    """The item that a column stands for; None when it stands for none."""
    titles = view.header.titles[column]
    dated = any(day_in(t) for t in titles)  # a dated column is an item even while nobody has filled it
    if any(plain(t).endswith(NOT_ITEMS) for t in titles) or not (dated or view.sample(column)):
        return None
    words = [w for t in titles if (w := without_days(t))]
    day = _day(view, titles)
    kind, fixed = _matter(view, words)
    if kind is None:
        return None
    meaning = _meaning(view, column, kind)
    spoken_for = dated or bool(fixed) or any(view.lexicon.kind(w) for w in words)
    if meaning is None or not (spoken_for or meaning is not Meaning.MARKS or _marks_known(view, column, kind)):
        return None
    title = " ".join(titles)
    _doubt_day(view, column, day)
    return ItemColumn(column, title, kind.title["zh"], meaning, day or MONTH_END, fixed)


def _doubt_day(view: SheetView, column: int, day: str) -> None:
    title, hint = view.header.title(column), "在列对应表里写这一列的日期"
    if not day:
        view.unsure(column, "day-assumed", f"“{title}”没有写日期，按核算月份的月末记", hint)
    written = view.sheet.value(view.header.last, column)
    if isinstance(written, float) and day.endswith((".1", ".2", ".3")):  # 3.10 typed as a number becomes 3.1
        view.unsure(column, "day-assumed", f"表头 {day} 是小数，读作 {day.replace('.', '月')}日，也可能是 {day}0", hint)


def _day(view: SheetView, titles: tuple[str, ...]) -> str:
    """From the column's own words, lowest first; then from the title rows and the sheet's name."""
    for find in (day_in, month_in):
        for text in reversed(titles):
            if found := find(text):
                return found
    for find in (day_in, month_in):
        for text in view.texts_above():
            if found := find(text):
                return found
    return ""


def _matter(view: SheetView, words: list[str]) -> tuple[FactKind | None, dict[str, str]]:
    lexicon = view.lexicon
    exact = next((k for w in ("".join(words), *reversed(words)) if (k := lexicon.kind(w))), None)
    kind = exact or view.matter.kind or _kind_within(view, words) or _kind_of_values(view, words)
    return kind, values_in(view, kind, words) if kind else {}


def _kind_within(view: SheetView, words: list[str]) -> FactKind | None:
    """The kind with the longest word that a title contains."""
    found = [
        (len(k), kind) for kind in view.lexicon.kinds.values() for k in kind_words(kind) for w in words if k in plain(w)
    ]
    return max(found, key=lambda f: f[0])[1] if found else None


def _kind_of_values(view: SheetView, words: list[str]) -> FactKind | None:
    """The only kind one of whose values a title is."""
    found = {k.id: k for k in view.lexicon.kinds.values() for w in words if view.lexicon.attribute_of_value(k, w)}
    return next(iter(found.values())) if len(found) == 1 else None


def values_in(view: SheetView, kind: FactKind, words: list[str]) -> dict[str, str]:
    """Attribute → value for each title that is, or holds, a value of the kind."""
    found: dict[str, str] = {}
    for word in words:
        for attribute in kind.attributes.values():
            titles = sorted(view.lexicon.value_titles(attribute), key=len, reverse=True)
            exact = next((t for t in titles if plain(t) == plain(word)), None)
            value = exact or next((t for t in titles if len(t) >= 2 and plain(t) in plain(word)), None)
            if value:
                found[attribute.title["zh"]] = value
                break
    return found


def _meaning(view: SheetView, column: int, kind: FactKind) -> Meaning | None:
    sample = view.sample(column)
    counted = kind.unit in COUNTED_UNITS and kind.id not in view.lexicon.judged
    if not sample and counted:
        return Meaning.MARKS
    numbers = sum(_is_amount(text, kind) for text in sample)
    if numbers * 2 < len(sample):
        known = sum(len(text) <= 12 for text in sample)
        return Meaning.MARKS if known * 2 > len(sample) else None
    if kind.id in view.lexicon.judged:
        return Meaning.JUDGED
    return Meaning.COUNT if counted else Meaning.QUANTITY


def _marks_known(view: SheetView, column: int, kind: FactKind) -> bool:
    """Whether most of what the column holds can be read as marks: a column of free text cannot."""
    marks = set(view.sample(column))
    return sum(meaning_of_mark(m, kind, view.lexicon) is not None for m in marks) * 2 > len(marks)


def _is_amount(text: str, kind: FactKind) -> bool:
    try:
        parse_amount(text, kind.unit or "次", {})
    except ValueError:
        return False
    return True


def propose_marks(view: SheetView, items: tuple[ItemColumn, ...]) -> dict[str, Mapping[str, str]]:
    """The meaning of every mark that occurs in item columns of marks and can be told."""
    found: dict[str, Mapping[str, str]] = {}
    for item in items:
        kind = view.lexicon.kind(item.kind)
        if kind is None or item.meaning is not Meaning.MARKS:
            continue
        for mark in dict.fromkeys(view.sample(item.column)):
            if mark in found or len(mark) > 6:
                continue
            meaning = meaning_of_mark(mark, kind, view.lexicon)
            says_itself = view.lexicon.attribute_of_value(kind, mark) is not None
            if meaning is not None and (len(meaning) > 1 or not says_itself):
                found[mark] = {a: v for a, v in meaning.items() if a not in item.fixed}
    return found
