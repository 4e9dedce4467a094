"""Reading .po catalogues and writing the .mo files that Django loads (the format of GNU gettext)."""

import ast
import os
import re
import struct
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
MAGIC = 0x950412DE
KEYWORD = re.compile(r"(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d+)\])?\s+(\".*\")$")


@dataclass
class Entry:
    """One message of a catalogue; `texts` by plural form, 0 for a message without plural."""

    line: int = 0
    fuzzy: bool = False
    context: str | None = None
    text: str = ""
    plural: str = ""
    texts: dict[int, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The key as gettext stores it: context and EOT before the msgid, NUL and the plural behind it."""
        key = self.text if self.context is None else f"{self.context}\x04{self.text}"
        return f"{key}\x00{self.plural}" if self.plural else key

    @property
    def translated(self) -> bool:
        return bool(self.texts) and not self.fuzzy and all(self.texts.values())

    @property
    def value(self) -> str:
        return "\x00".join(self.texts[number] for number in sorted(self.texts))


def compile_all(source: Path = SOURCE) -> list[Path]:
    """Write the .mo file beside each .po file whose content it does not already have; returns what was written."""
    written = []
    for catalogue in sorted(source.rglob("locale/*/LC_MESSAGES/*.po")):
        target, data = catalogue.with_suffix(".mo"), compiled(read_catalogue(catalogue))
        if not target.is_file() or target.read_bytes() != data:
            _replace(target, data)
            written.append(target)
    return written


def _replace(target: Path, data: bytes) -> None:
    """Two processes may do this at once: each writes its own file and the last rename wins."""
    fresh = target.with_suffix(f".{os.getpid()}.tmp")
    fresh.write_bytes(data)
    fresh.replace(target)


def read_catalogue(path: Path) -> list[Entry]:
    """The entries of a .po file; raises `ValueError` with file and line for what it does not understand."""
    reader = _Reader(path)
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        reader.take(number, line.strip())
    reader.end()
    return reader.entries


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: list[Entry] = []
        self._entry = Entry()
        self._field: tuple[str, int] = ("", 0)

    def take(self, number: int, line: str) -> None:
        if line.startswith("#"):
            self._comment(line)
        elif line.startswith('"') and self._field[0]:
            self._append(_unquoted(line))
        elif match := KEYWORD.match(line):
            self._start(number, match.group(1), int(match.group(2) or 0))
            self._append(_unquoted(match.group(3)))
        elif line:
            raise ValueError(f"{self.path}:{number}: not a line of a catalogue: {line}")

    def _comment(self, line: str) -> None:
        if self._field[0] == "msgstr":
            self.end()
        if line.startswith("#,") and "fuzzy" in line:
            self._entry.fuzzy = True

    def _start(self, number: int, keyword: str, form: int) -> None:
        if keyword in {"msgctxt", "msgid"} and self._field[0] == "msgstr":
            self.end()
        self._entry.line = self._entry.line or number
        self._field = (keyword, form)

    def _append(self, text: str) -> None:
        keyword, form = self._field
        if keyword == "msgstr":
            self._entry.texts[form] = self._entry.texts.get(form, "") + text
        elif keyword == "msgctxt":
            self._entry.context = (self._entry.context or "") + text
        elif keyword == "msgid":
            self._entry.text += text
        else:
            self._entry.plural += text

    def end(self) -> None:
        if self._field[0]:
            self.entries.append(self._entry)
        self._entry, self._field = Entry(), ("", 0)


def _unquoted(literal: str) -> str:
    text: str = ast.literal_eval(literal)  # the escapes of a .po string are a part of those of Python
    return text


def compiled(entries: list[Entry]) -> bytes:
    """The .mo bytes: header, two tables of (length, offset), then keys and texts, sorted by key."""
    pairs = sorted((e.key.encode(), e.value.encode()) for e in entries if e.translated)
    keys = b"".join(key + b"\x00" for key, _ in pairs)
    start = 28 + 16 * len(pairs)
    key_table, text_table = b"", b""
    key_at, text_at = start, start + len(keys)
    for key, text in pairs:
        key_table += struct.pack("<II", len(key), key_at)
        text_table += struct.pack("<II", len(text), text_at)
        key_at += len(key) + 1
        text_at += len(text) + 1
    header = struct.pack("<IIIIIII", MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start)
    return header + key_table + text_table + keys + b"".join(text + b"\x00" for _, text in pairs)
