"""Words as the index keeps them: one way of writing, and the pieces by which a fragment of any length is found.

Pieces of one and two characters, of two and three where all are Latin letters or digits; each is kept as a 32-bit
number. Two pieces may share a number: a hit is therefore always compared with the words themselves.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from zlib import crc32

from linghang.apps.org.search.data import LONGEST_QUERY, MOST_TERMS

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ud800-\udfff]+")
_LATIN = re.compile(r"[a-z0-9]{3}")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")  # one of them alone finds nothing: it says too little
_HALF = 2**31


def normal(text: str) -> str:
    """Full-width becomes plain, capitals small, what cannot be seen a space; single spaces only."""
    return " ".join(_UNSEEN.sub(" ", unicodedata.normalize("NFKC", text).casefold()).split())


def terms_of(query: str) -> list[str]:
    """The fragments of a query, all of which must occur; too long ones are cut, too many left out.

    Nothing when all of it is single Latin letters or digits.
    """
    terms = list(dict.fromkeys(normal(query[:LONGEST_QUERY]).split()))[:MOST_TERMS]
    return terms if any(term not in _LETTERS for term in terms) else []


def pieces_of(lines: Iterable[str]) -> set[int]:
    """All pieces of normalised lines; none reaches over a space, since no fragment does."""
    return {_number(piece) for word in {word for line in lines for word in line.split()} for piece in _pieces(word)}


def pieces_for(term: str) -> set[int]:
    """The pieces that every line with this fragment has: the longest kind at each place."""
    if len(term) == 1:
        return set() if term in _LETTERS else {_number(term)}
    threes = {term[at : at + 3] for at in range(len(term) - 2) if _LATIN.fullmatch(term, at, at + 3)}
    covered = {at + step for at in range(len(term) - 2) if term[at : at + 3] in threes for step in (0, 1)}
    twos = {term[at : at + 2] for at in range(len(term) - 1) if at not in covered}
    return {_number(piece) for piece in threes | twos}


def keys_of_path(path: str) -> list[int]:
    """The keys of a place and of all above it, from the top down."""
    return [int(step) for step in path.split("/") if step]


def mark(kind: str, value: object) -> int:
    """A piece that no words have: the kind of a row, its place, each place above it, its reader."""
    return _number(f"\0{kind}{value}")


@lru_cache(4096)
def _pieces(word: str) -> frozenset[str]:
    found = (set(word) - _LETTERS) | {word[at : at + 2] for at in range(len(word) - 1)}
    found.update(word[at : at + 3] for at in range(len(word) - 2) if _LATIN.fullmatch(word, at, at + 3))
    return frozenset(found)


@lru_cache(65536)
def _number(piece: str) -> int:
    return crc32(piece.encode()) - _HALF
