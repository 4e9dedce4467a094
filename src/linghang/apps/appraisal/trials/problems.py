"""Problems as a child wrote them."""

from collections.abc import Iterable, Mapping
from typing import Any

from linghang.engine.problems import Place, Problem


def problems_in(stored: Iterable[Mapping[str, Any]]) -> list[Problem]:
    """Problems out of the JSON of `dataclasses.asdict`."""
    return [Problem(**{**row, "place": Place(**row["place"])}) for row in stored]
