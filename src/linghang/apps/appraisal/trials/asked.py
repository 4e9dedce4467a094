"""(child) What a trial asks for, as the door to the main job wants it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from linghang.apps.appraisal.file_request import EVERYTHING, FileRequest
from linghang.apps.exchange.mapping.read import read_mapping
from linghang.engine.periods import Month
from linghang.engine.problems import Problem, ProblemsFound


def request_of(wanted: Mapping[str, Any], folder: Path) -> FileRequest:
    """The request of a trial whose files lie in `folder`; raises ProblemsFound for a mapping that cannot be read."""
    mappings = {}
    for stored, text in wanted["mappings"].items():
        mapping, problems = read_mapping(folder / text)
        if mapping is None:
            raise ProblemsFound(problems)
        mappings[stored] = mapping
    return FileRequest(
        pack=Path(wanted["pack"]),
        scheme=wanted["scheme"],
        roster=folder / wanted["roster"],
        records=[folder / name for name in wanted["records"]],
        period=Month.parse(wanted["period"]),
        closed=EVERYTHING if wanted["closed_all"] else "",
        keep_going=wanted["keep_going"],
        mappings=mappings,
        names=wanted["names"],
    )


def write_problems(folder: Path, problems: Iterable[Problem]) -> None:
    """Keep what was found wrong, for the page."""
    text = json.dumps([asdict(p) for p in sorted(problems)], ensure_ascii=False)
    (folder / "problems.json").write_text(text, "utf-8")
