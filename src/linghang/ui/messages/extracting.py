"""Which texts the product shows: every msgid of templates and Python, and those that lack an English text."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from linghang.ui.messages.compiling import SOURCE, read_catalogue

# how many leading arguments of a call are texts, and whether the first of them is a context
FUNCTIONS = {
    "_": (1, False),
    "gettext": (1, False),
    "gettext_lazy": (1, False),
    "gettext_noop": (1, False),
    "ngettext": (2, False),
    "ngettext_lazy": (2, False),
    "pgettext": (2, True),
    "pgettext_lazy": (2, True),
    "npgettext": (3, True),
    "npgettext_lazy": (3, True),
}
LITERAL = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*({LITERAL}(?:\s*,\s*{LITERAL})*)", re.DOTALL)


@dataclass(frozen=True, order=True)
class Message:
    """One text that the code asks for. `room` is a folder under the source tree, `place` is file:line."""

    room: str
    text: str
    place: str = ""
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return (self.context, self.text)


def missing(language: str = "en", source: Path = SOURCE) -> list[Message]:
    """The texts without a translation in the room's own catalogue or a shared one, once per room and text."""
    known = {key for path in source.rglob(f"locale/{language}/LC_MESSAGES/django.po") for key in _translated(path)}
    first: dict[tuple[str, str, str], Message] = {}
    for message in messages_in(source):
        if message.key not in known:
            first.setdefault((message.room, *message.key), message)
    return sorted(first.values())


def _translated(path: Path) -> Iterator[tuple[str, str]]:
    for entry in read_catalogue(path):
        if entry.text and entry.translated:
            yield (entry.context or "", entry.text)


def messages_in(source: Path = SOURCE) -> Iterator[Message]:
    """Every text asked for under `source`, templates and Python, tests aside."""
    for path in sorted(source.rglob("*")):
        if "tests" in path.relative_to(source).parts or not path.is_file():
            continue
        if path.suffix == ".py":
            yield from _in_python(path, source)
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            yield from _in_template(path, source)


def _in_python(path: Path, source: Path) -> Iterator[Message]:
    text = path.read_text("utf-8")
    if "gettext" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            yield from _message(node.func.id, texts, path, node.lineno, source)


def _in_template(path: Path, source: Path) -> Iterator[Message]:
    from django.utils.translation.template import templatize  # needs configured settings, the compiler does not

    calls = templatize(path.read_text("utf-8"))
    for match in CALL.finditer(calls):
        texts = [ast.literal_eval(literal) for literal in re.findall(LITERAL, match.group(2), re.DOTALL)]
        line = calls.count("\n", 0, match.start()) + 1
        yield from _message(match.group(1), texts, path, line, source)


def _message(function: str, texts: list[str], path: Path, line: int, source: Path) -> Iterable[Message]:
    count, has_context = FUNCTIONS[function]
    if len(texts) < count:
        return ()  # a text that is made at run time comes from elsewhere and is found there
    context = texts[0] if has_context else ""
    text, *plural = texts[int(has_context) : count]
    relative = path.relative_to(source)
    return (Message(_room(relative), text, f"{relative}:{line}", plural[0] if plural else "", context),)


def _room(relative: Path) -> str:
    parts = relative.parts
    return "/".join(parts[:2]) if parts[0] == "apps" else parts[0]
