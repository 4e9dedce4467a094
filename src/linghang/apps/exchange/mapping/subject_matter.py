"""Which fact kind a whole sheet is about: from its name, its title rows and the words of its columns."""

from dataclasses import dataclass

from linghang.apps.exchange.lexicon import Lexicon
from linghang.apps.exchange.tables.grid import Sheet
from linghang.apps.exchange.tables.headers import Header
from linghang.apps.exchange.words import plain, without_brackets
from linghang.engine.packs.model import FactKind

_ENOUGH = 15
_LEAD = 3


@dataclass(frozen=True)
class Matter:
    """The kind, and whether another came close."""

    kind: FactKind | None
    rivals: tuple[FactKind, ...] = ()


def title_texts(sheet: Sheet, header: Header) -> list[str]:
    """The texts above the header, each once."""
    texts = [v for row in sheet.rows[: header.first] for v in row if isinstance(v, str)]
    return list(dict.fromkeys(texts))


def matter_of(sheet: Sheet, header: Header, lexicon: Lexicon) -> Matter:
    """The kind that most words speak for, if they speak clearly enough."""
    name, above = plain(sheet.name), plain(" ".join(title_texts(sheet, header)))
    heads = {w for words in header.titles.values() for word in words for w in (plain(word), without_brackets(word))}
    scores = [(_score(kind, name, above, heads, lexicon), kind) for kind in lexicon.kinds.values()]
    scores.sort(key=lambda scored: -scored[0])
    if not scores or scores[0][0] < _ENOUGH:
        return Matter(None)
    best = scores[0][0]
    rivals = tuple(kind for score, kind in scores[1:] if score > best - _LEAD)
    return Matter(scores[0][1], rivals)


def kind_words(kind: FactKind) -> set[str]:
    """All plain words for a kind, longer than one sign."""
    return {w for w in map(plain, (*kind.title.values(), *kind.aliases)) if len(w) >= 2}


def _score(kind: FactKind, name: str, above: str, heads: set[str], lexicon: Lexicon) -> int:
    words = kind_words(kind)
    score = max((_nearness(word, name, 60) for word in words), default=0)
    score += max((_nearness(word, above, 30) for word in words), default=0)
    attributes = kind.attributes.values()
    score += sum(15 for a in attributes if plain(a.title["zh"]) in heads)
    values = {plain(t) for a in attributes for t in lexicon.value_titles(a)}
    said = {
        head
        for head in heads
        if head in values or head.removesuffix("人员") in values or head.removesuffix("名单") in values
    }
    return score + 8 * min(3, len(said))


def _nearness(word: str, text: str, most: int) -> int:
    """Equal: all; one within the other: half and a little for length; common pairs of signs: a little."""
    if not text:
        return 0
    if word == text:
        return most
    if word in text or (len(text) >= 2 and text in word):
        return most // 2 + min(len(word), len(text))
    pairs = {word[i : i + 2] for i in range(len(word) - 1)}
    common = sum(pair in text for pair in pairs)
    return most // 4 * common // len(pairs) if pairs else 0
