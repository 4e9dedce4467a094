"""Several names in one cell: “张三、李四（迟到）” into names, each with the notes in its brackets."""

import re
import unicodedata
from collections.abc import Callable

_APART = re.compile(r"[、,，;；/\n\r\t|]+")
_NOTE = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]")
_COUNT = re.compile(r"\s*等?\s*(\d{1,3})\s*(?:人|名|位)(?:党员|同志)?$")
_NOBODY = {"", "无", "-", "—", "——", "/", "0", "没有", "空", "全勤"}


def split_names(text: str, is_name: Callable[[str], bool]) -> list[tuple[str, tuple[str, ...]]]:
    """Each name with its notes; spaces separate only where the words between them are no single known name."""
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append(found[1])
        return f"\x00{len(held) - 1}\x00"

    rest = _NOTE.sub(hold, unicodedata.normalize("NFKC", text).replace("\x00", ""))
    parts = [p.strip() for p in _APART.split(rest)]
    counted = _COUNT.search(parts[-1]) if parts else None
    if counted:
        parts[-1] = _COUNT.sub("", parts[-1])
    names: list[tuple[str, tuple[str, ...]]] = []
    for part in parts:
        for word in _by_spaces(part, is_name):
            name, notes = _with_notes(word, held)
            if name not in _NOBODY:
                names.append((name, notes))
    if counted and names and len(names) != int(counted[1]):  # more people than are named: not to be guessed
        names[-1] = (f"{names[-1][0]}{counted[0]}", names[-1][1])
    return names


def _by_spaces(part: str, is_name: Callable[[str], bool]) -> list[str]:
    words = part.split()
    if len(words) < 2 or is_name(re.sub("\x00\\d+\x00", "", part)):
        return [part]
    if any(re.fullmatch("\x00\\d+\x00", word) for word in words):  # a note after a space belongs to the name before it
        return _by_spaces(re.sub("\\s+(?=\x00)", "", part), is_name)
    bare = [re.sub("\x00\\d+\x00", "", word) for word in words]
    return words if all(len(word) >= 2 for word in bare) else [part]


def _with_notes(word: str, held: list[str]) -> tuple[str, tuple[str, ...]]:
    notes = [held[int(n)] for n in re.findall("\x00(\\d+)\x00", word)]
    name = re.sub("\x00\\d+\x00", "", word).strip()
    name = name if any(c.isascii() and c.isalpha() for c in name) else "".join(name.split())
    return name, tuple(n.strip() for note in notes for n in _APART.split(note) if n.strip())
