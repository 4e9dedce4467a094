"""Every code of a problem or refusal that the source can give, found in the calls that make them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.docs.pages import ROOT

SOURCE = ROOT / "src" / "linghang"
_PROBLEM = re.compile(r"[a-z]+([-.][a-z]+)*")
_REFUSAL = re.compile(r"[a-z]+(_[a-z]+)*")
# name of what is called → which arguments may hold the code
_MAKERS = {
    "add": (1,), "wrong": (1, 2), "_wrong": (1, 2), "Problem": (1,), "_Refused": (1,), "Refused": (0, 1),
    "_Wrong": (1,), "_add": (1, 2), "_warn": (1,), "Word": (1,), "_word": (2,), "odd": (1, 2), "unsure": (1,),
    "Unresolved": (0,), "Flaw": (0,), "problem": (2,),
    "refuse": (1,), "_report": (2,), "_Asked": (2,),
}  # fmt: skip
ROOMS = {
    "pack": ("engine/packs", "engine/problems.py"),
    "table": (
        "apps/exchange",
        "engine/settle/validate.py",
        "engine/settle/backends/fact_rows.py",
        "engine/settle/backends/fact_checks.py",
        "engine/settle/backends/postgres_columns.py",
    ),
    "import": ("apps/org/imports", "apps/ledger/imports", "apps/metrics/imports"),
    "workdays": ("engine/workday_table.py",),
    "ledger": ("apps/ledger/operations/checking.py", "apps/ledger/operations/recording.py"),
    "run": ("apps/appraisal", "engine/settle/store.py", "cli/engines.py"),
}


def problem_codes(room: str) -> set[str]:
    """Codes of problem records in the files of a room."""
    return {text for file in _files(ROOMS[room]) for text in _arguments(file, _MAKERS) if _PROBLEM.fullmatch(text)}


def refusal_codes() -> set[str]:
    """Codes of `DomainError` anywhere, and of the helper that makes one."""
    makers = {"DomainError": (0,), "_refused": (0,)}
    return {t for f in _files((".",)) for t in _arguments(f, makers) if _REFUSAL.fullmatch(t)}


def _files(parts: tuple[str, ...]) -> Iterator[Path]:
    for part in parts:
        path = SOURCE / part
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            if "tests" not in file.parts and "migrations" not in file.parts:
                yield file


def _arguments(file: Path, makers: dict[str, tuple[int, ...]]) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            for place in makers.get(name, ()):
                if place < len(node.args):
                    yield from _texts(node.args[place])
            yield from (t for k in node.keywords if k.arg == "code" and name in makers for t in _texts(k.value))
        elif isinstance(node, ast.FunctionDef) and node.name == "_checks" and makers is _MAKERS:
            yielded = [n.value for n in ast.walk(node) if isinstance(n, ast.Yield)]
            yield from (t for v in yielded if isinstance(v, ast.Tuple) for t in _texts(v.elts[0]))


def _texts(node: ast.expr) -> Iterator[str]:
    """The text of a constant, or of both sides of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))
