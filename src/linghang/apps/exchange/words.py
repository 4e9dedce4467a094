"""How words in tables are compared: widths, spaces and punctuation do not count."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_BESIDE_THE_POINT = re.compile(r"[\s:：*＊★☆、,，。.;；!！?？“”\"'‘’《》〈〉「」\[\]【】\-—_/\\|~～]+")
_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_DOTS = re.compile("[·•‧∙・･.．]")
_MASKS = re.compile("[×*○◯□■#]")
_CROSSES = re.compile("[✕✖╳xX＊*]")
_HAN = re.compile("[\u3400-\u9fff]")


@lru_cache(maxsize=50_000)
def plain(text: str) -> str:
    """NFKC, without spaces and punctuation, in lower case: “ 到会 情况：” equals “到会情况”."""
    return _BESIDE_THE_POINT.sub("", unicodedata.normalize("NFKC", text)).lower()


@lru_cache(maxsize=10_000)
def without_brackets(text: str) -> str:
    """`plain` of the text without what stands in brackets: “姓名（必填）” equals “姓名”."""
    return plain(_BRACKETS.sub("", text))


@lru_cache(maxsize=50_000)
def name_key(text: str) -> str:
    """A person's name without spaces; all middle dots alike, and all crosses in Chinese names (李x田 = 李×田)."""
    joined = "".join(unicodedata.normalize("NFKC", text).split())
    if _HAN.search(joined):
        joined = _CROSSES.sub("×", joined)
    return _DOTS.sub("·", joined).strip("·").lower()


def masked(name: str) -> bool:
    """Whether part of the name is blotted out: 张×三."""
    return bool(_MASKS.search(name))


def fits_mask(mask: str, name: str) -> bool:
    """Whether the name could stand behind the blots (one sign stands for one or more characters)."""
    pattern = ".+".join(re.escape(part) for part in _MASKS.split(name_key(mask)))
    return re.fullmatch(pattern, name_key(name)) is not None


def near(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known words that look most like this one, best first."""
    by_plain = {plain(k): k for k in known}
    target = plain(word)
    found = difflib.get_close_matches(target, by_plain, n=most, cutoff=0.5)
    if len(target) >= 2:
        found += [k for k in by_plain if k not in found and (target in k or (len(k) >= 2 and k in target))]
    return [by_plain[k] for k in found[:most]]


def meant(word: str, known: Iterable[str]) -> str:
    """'是不是想写“…”?' with the nearest words, or '' when nothing comes near."""
    found = near(word, known)
    return f"是不是想写{'、'.join(f'“{w}”' for w in found)}?" if found else ""
