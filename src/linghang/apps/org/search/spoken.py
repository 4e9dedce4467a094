"""How Chinese words sound: pinyin in full and by initials, so that 张建国 is found by "zhangjianguo" and by "zjg"."""

from functools import cache, lru_cache
from itertools import product
from types import ModuleType

from linghang.apps.org.search.data import Sound

MOST_READINGS = 8  # of one name
# surnames that are not read as the character usually is
SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha", "朴": "piao", "区": "ou", "盖": "ge", "尉": "yu",
    "乐": "yue", "翟": "zhai", "覃": "qin", "缪": "miao", "员": "yun", "召": "shao", "洗": "xian", "折": "she",
    "种": "chong", "黑": "he", "秘": "bi", "繁": "po", "逄": "pang", "仝": "tong", "冼": "xian", "令": "ling",
    "长": "zhang", "澹": "tan",
}  # fmt: skip


def sounds_of(title: str, sound: Sound) -> list[str]:
    """Lines to search in: initials and full pinyin, each written together; several where a name has several readings.

    A title without a Chinese character gives nothing. ü is written v.
    """
    if title.isascii():
        return []
    readings = _readings_of_name(title) if sound is Sound.NAME else [_syllables(title)]
    initials = ["".join(syllable[0] for syllable in reading) for reading in readings]
    full = [] if sound is Sound.INITIALS else ["".join(reading) for reading in readings]
    return list(dict.fromkeys([*initials, *full]))


def sound_of(name: str) -> tuple[str, ...]:
    """The syllables by which lists of people are ordered; the surname is read as a surname."""
    return tuple(name.casefold()) if name.isascii() else _readings_of_name(name)[0]


def order_of(name: str) -> str:
    """The same as one text, for a column: texts compare byte by byte as the syllables do one after the other."""
    return " ".join(sound_of(name))


def _syllables(text: str) -> tuple[str, ...]:
    """Syllables of Chinese, characters of everything else; words are kept since events repeat theirs."""
    return tuple(syllable for word in text.split() for syllable in _of_word(word))


@lru_cache(16384)
def _of_word(word: str) -> tuple[str, ...]:
    if word.isascii():
        return tuple(word)
    found: list[str] = []
    for part in _pinyin().lazy_pinyin(word):
        found += [part] if part not in word else part
    return tuple(found)


@lru_cache(16384)
def _readings_of_name(name: str) -> tuple[tuple[str, ...], ...]:
    """What the characters of a name may sound like, the surname's own reading first."""
    plain = [_heard(character) for character in name.replace(" ", "")]
    if all(len(some) == 1 for some in plain) and name[:1] not in SURNAMES:  # looking for phrases would tell nothing new
        return (tuple(some[0] for some in plain),)
    choices: list[list[str]] = []
    usual = _of_word(name)
    for at, character in enumerate(name.replace(" ", "")):
        first = [SURNAMES[character]] if at == 0 and character in SURNAMES else []
        said = [usual[at]] if at < len(usual) else []
        choices.append(list(dict.fromkeys([*first, *said, *_heard(character)])))
    if all(len(some) == 1 for some in choices):
        return (tuple(some[0] for some in choices),)
    ranked = sorted(product(*(range(len(some)) for some in choices)), key=sum)  # the fewest unusual readings first
    return tuple(tuple(map(list.__getitem__, choices, which)) for which in ranked[:MOST_READINGS])


@lru_cache(8192)
def _heard(character: str) -> tuple[str, ...]:
    pinyin = _pinyin()
    return tuple(dict.fromkeys(pinyin.pinyin(character, style=pinyin.Style.NORMAL, heteronym=True)[0]))


@cache
def _pinyin() -> ModuleType:
    """Its dictionaries are large: read them in the process that first writes a row."""
    import pypinyin

    return pypinyin
