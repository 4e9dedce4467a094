"""Reads the hand-written tables (`matrix/`, one file per room) and the addresses of the product."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

from linghang.apps.access.data import ROLES

FOLDER = Path(__file__).with_name("matrix")
COLUMNS = ("self", "own", "below", "sibling", "parent", "other_top", "former", "transferred")
NOBODY, NO_POST, WHOLE = "nobody", "no_post", "system_admin@all"
VISITORS = (*ROLES, WHOLE, NO_POST, NOBODY)


@dataclass(frozen=True)
class Row:
    """What each visitor gets in each column: a status, or None for `-`."""

    address: str
    method: str
    expected: dict[str, dict[str, int | None]]


@cache
def table() -> dict[tuple[str, str], Row]:
    """All rows by (address, method)."""
    lines = [line for file in sorted(FOLDER.glob("*.csv")) for line in csv.DictReader(_written(file))]
    rows: dict[tuple[str, str], Row] = {}
    rest: dict[tuple[str, str], dict[str, int | None]] = {}
    for line in lines:
        key = (line["address"], line["method"])
        row = rows.setdefault(key, Row(*key, {}))
        cells = {column: None if line[column] == "-" else int(line[column]) for column in COLUMNS}
        for who in line["who"].split():
            if who == "*":
                assert key not in rest, f"two * lines for {key}"
                rest[key] = cells
            else:
                assert who in VISITORS, f"unknown visitor {who} at {key}"
                assert who not in row.expected, f"{who} twice at {key}"
                row.expected[who] = cells
    for key, cells in rest.items():
        for who in VISITORS:
            rows[key].expected.setdefault(who, cells)
    return rows


def _written(file: Path) -> list[str]:
    return [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def addresses() -> dict[str, list[str]]:
    """Every address of the product by its full name, with the names of its parameters."""
    return dict(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, prefix: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            found += _walk(entry, inner)
        elif isinstance(entry, URLPattern):
            found.append((f"{prefix}{entry.name or entry.pattern}", sorted(entry.pattern.converters)))
    return found
