"""Semantic checks of a pack."""

from pathlib import Path

from linghang.engine.packs.model import Pack
from linghang.engine.problems import Problems


def check_pack(pack: Pack, folder: Path, problems: Problems) -> None:
    """To come."""
