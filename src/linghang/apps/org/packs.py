"""The pack that holds: kinds of records, of links and of loops. Today it is `national`, the same for every unit."""

from datetime import date
from functools import cache

from django.conf import settings

from linghang.engine.packs.load import load_pack
from linghang.engine.packs.model import Pack
from linghang.engine.problems import ProblemsFound


def pack_in_force(*, on: date) -> Pack:  # noqa: ARG001  which version holds on a day comes with bindings of packs
    """What the organisations inside the open scope go by on a day. Raises ProblemsFound when the pack is damaged."""
    return _national()


@cache
def _national() -> Pack:
    pack, problems = load_pack(settings.PACKS_DIR / "national")
    if pack is None:
        raise ProblemsFound(problems.errors)
    return pack
