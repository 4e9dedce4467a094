"""Compile the English catalogues (.po) to what gettext reads (.mo); a fresh machine has no msgfmt."""

import ast
import re
import struct
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
MAGIC = 0x950412DE
LINE = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d+)\])?\s+(".*")$')


@dataclass
class Entry:
    """One message: what was written after each keyword."""

    parts: dict[str, str] = field(default_factory=dict)
    fuzzy: bool = False

    def key(self) -> str:
        context = self.parts["msgctxt"] + "\x04" if "msgctxt" in self.parts else ""
        plural = "\0" + self.parts["msgid_plural"] if "msgid_plural" in self.parts else ""
        return context + self.parts["msgid"] + plural

    def text(self) -> str:
        numbered = sorted(name for name in self.parts if name.startswith("msgstr"))
        return "\0".join(self.parts[name] for name in numbered)

    def counts(self) -> bool:
        whole = "msgid" in self.parts and any(self.text().split("\0"))
        return whole and (not self.fuzzy or self.parts["msgid"] == "")


def compile_stale(package: Path = PACKAGE) -> int:
    """Compile every catalogue below `package` that is newer than its compiled form; returns how many."""
    done = 0
    for source in sorted(package.rglob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            partial = target.with_suffix(".partial")
            partial.write_bytes(compiled(source))
            partial.replace(target)
            done += 1
    return done


def compiled(source: Path) -> bytes:
    """The binary catalogue of one .po file. Raises ValueError with file and line for what is not PO."""
    catalogue = {entry.key(): entry.text() for entry in parse(source) if entry.counts()}
    pairs = sorted((key.encode(), text.encode()) for key, text in catalogue.items())
    keys_at = (
        28  # the head is seven numbers; then a table of the keys, a table of the texts, and both one after another
    )
    texts_at = keys_at + 8 * len(pairs)
    body_at = texts_at + 8 * len(pairs)
    index, body = b"", b""
    for part in [*(key for key, _ in pairs), *(text for _, text in pairs)]:
        index += struct.pack("<II", len(part), body_at + len(body))
        body += part + b"\0"
    return struct.pack("<7I", MAGIC, 0, len(pairs), keys_at, texts_at, 0, body_at) + index + body


def parse(source: Path) -> list[Entry]:
    """The messages of a .po file in their order, obsolete ones left out."""
    entries, keyword = [Entry()], ""
    for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
        line = line.strip()
        if line.startswith("#, ") and "fuzzy" in line:
            entries.append(Entry(fuzzy=True))
        elif line.startswith("#~") and not entries[-1].parts:
            entries[-1].fuzzy = False
        elif line and not line.startswith("#"):
            keyword = _take(line, entries, keyword, f"{source}:{number}")
    return entries


def _take(line: str, entries: list[Entry], keyword: str, where: str) -> str:
    """Add one line to the last entry, or begin a new one; returns the keyword that following lines continue."""
    if line.startswith('"'):
        entries[-1].parts[keyword] += _unquote(line, where)
        return keyword
    found = LINE.match(line)
    if found is None:
        raise ValueError(f"{where}: not a line of a PO file")
    word, index, quoted = found.groups()
    keyword = f"{word}[{index}]" if index else word
    begins = word == "msgctxt" or (word == "msgid" and "msgid" in entries[-1].parts)
    if begins and entries[-1].parts:
        entries.append(Entry())
    entries[-1].parts[keyword] = _unquote(quoted, where)
    return keyword


def _unquote(quoted: str, where: str) -> str:
    try:
        return str(ast.literal_eval(quoted))
    except (ValueError, SyntaxError):
        raise ValueError(f"{where}: the quotes do not match") from None


if __name__ == "__main__":
    compile_stale()
