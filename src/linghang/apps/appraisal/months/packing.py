"""What a run read, packed for the database and read back: so that it can be made again."""

import json
import zlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from linghang.apps.appraisal.months.asked import Inputs, Rules, TieRow
from linghang.apps.appraisal.months.roster import Rostered, basis_of, member_of

FORMAT = 1


def packed(inputs: Inputs) -> bytes:
    """Roster, closings, final months and links; not what the database keeps anyway: pack, records, final rows."""
    content = {
        "format": FORMAT,
        "subjects": [
            [
                one.member.code,
                basis_of(one, inputs.closed),
                one.person,
                one.organisation,
                one.places,
                None if one.closed_apart is None else list(one.closed_apart),
            ]
            for one in inputs.subjects
        ],
        "ties": [[t.kind, t.left, t.right, str(t.since), str(t.until) if t.until else None] for t in inputs.ties],
        "places": {key: str(uuid) for key, uuid in inputs.places.items()},
        "closed": inputs.closed,
        "final": inputs.final,
        "earlier": _rules(inputs.earlier),
        "apart": {code: _rules(rules) for code, rules in inputs.apart.items()},
    }
    return zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def _rules(rules: Rules) -> list[list[str | int]]:
    return [[str(version), until.index] for version, _pack, until in rules]


def unpacked(content: bytes) -> Mapping[str, Any]:
    """As `packed` wrote it, subjects as `Rostered`, ties as `TieRow`, keys as numbers."""
    found: dict[str, Any] = json.loads(zlib.decompress(content))
    if found["format"] != FORMAT:
        raise ValueError(f"inputs of format {found['format']}, this program reads {FORMAT}")
    found["subjects"] = tuple(_subject(*row) for row in found["subjects"])
    found["ties"] = tuple(
        TieRow(kind, left, right, date.fromisoformat(since), date.fromisoformat(until) if until else None)
        for kind, left, right, since, until in found["ties"]
    )
    for name in ("closed", "final", "places"):
        found[name] = {int(key): value for key, value in found[name].items()}
    return found


def _subject(
    code: str,
    basis: Mapping[str, Any],
    person: int | None,
    organisation: int | None,
    places: Mapping[str, int],
    apart: list[int] | None,
) -> Rostered:
    by_month = {int(month): place for month, place in places.items()}
    return Rostered(member_of(code, basis), person, organisation, by_month, None if apart is None else tuple(apart))
