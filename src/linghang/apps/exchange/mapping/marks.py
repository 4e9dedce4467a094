"""What √, 缺, 迟 and other marks in item columns mean, as far as the pack's own words tell."""

from collections.abc import Mapping

from linghang.apps.exchange.lexicon import Lexicon
from linghang.apps.exchange.mapping.subject_matter import kind_words
from linghang.apps.exchange.words import plain
from linghang.engine.packs.model import Attribute, FactKind

YES = ("√", "✓", "✔", "☑", "是", "有", "1", "Y", "V", "到", "O", "○", "●")
NO = ("×", "X", "✗", "✘", "否")
_YES_VALUES = ("到会", "出席", "参加", "到", "按期完成", "完成", "已完成", "是", "合格", "参加者", "正常")
_NO_VALUES = ("缺席", "未到", "未参加", "未完成", "否", "不合格", "缺勤")
_NEUTRAL = ("无", "其他", "未注明", "不适用", "不详")


def meaning_of_mark(mark: str, kind: FactKind, lexicon: Lexicon) -> Mapping[str, str] | None:
    """Attribute → value (as titles) for a mark; {} when it only counts, None when nobody can tell."""
    word = mark.strip().upper()
    if word in YES:
        return _first(kind, _YES_VALUES) or ({} if not _required(kind) else None)
    if word in NO:
        return _first(kind, _NO_VALUES)
    found = _by_part(word, kind, lexicon)
    if found is None:
        says_kind = len(word) >= 2 and any(plain(word) in name for name in kind_words(kind))
        return {} if says_kind and not _required(kind) else None
    attribute, title = found
    said = {attribute.title["zh"]: title}
    absent = _first(kind, _NO_VALUES)
    if absent and title not in absent.values() and attribute.title["zh"] not in absent:
        return {**absent, **said}  # a reason in the cell means absence for that reason
    return said


def neutral_values(kind: FactKind) -> dict[str, str]:
    """What required attributes are where nothing is said: the value that says so, if the pack has one (事由 无)."""
    found: dict[str, str] = {}
    for attribute in _required(kind):
        titles = [t["zh"] for t in attribute.values.values()]
        neutral = next((t for t in titles if t in _NEUTRAL), None)
        if neutral:
            found[attribute.title["zh"]] = neutral
    return found


def _required(kind: FactKind) -> list[Attribute]:
    return [a for a in kind.attributes.values() if a.required]


def _first(kind: FactKind, titles: tuple[str, ...]) -> dict[str, str] | None:
    for attribute in kind.attributes.values():
        own = [t["zh"] for t in attribute.values.values()]
        value = next((t for t in titles if t in own), None)
        if value:
            return {attribute.title["zh"]: value}
    return None


def _by_part(word: str, kind: FactKind, lexicon: Lexicon) -> tuple[Attribute, str] | None:
    """The only value that begins with the mark, else the only one that holds it."""
    titles = [(a, t) for a in kind.attributes.values() for t in lexicon.value_titles(a)]
    part = plain(word)
    if not part:
        return None
    for fits in (str.startswith, str.__contains__):
        found = [(a, t) for a, t in titles if fits(plain(t), part)]
        if len(found) == 1:
            return found[0]
    return None
