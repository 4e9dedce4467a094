"""The private folder of a trial."""

from pathlib import Path
from uuid import UUID

from linghang.apps.exchange.folders import Folders, keep_upload, read_json, write_json

__all__ = ["keep_upload", "read_json", "write_json"]

RESULT, REACH = "result.sqlite", "reach.sqlite"
OUT = "out"
PROPOSAL = "proposal.json"
PROBLEMS = "problems.json"
HEADERS = "headers.json"
TRIALS = Folders("trials")


def root() -> Path:
    return TRIALS.root


def folder_of(uuid: UUID) -> Path:
    """The folder of a trial, whether it exists or not."""
    return TRIALS.of(uuid)


def make_folder(uuid: UUID) -> Path:
    """The folder, made for its owner's account only."""
    return TRIALS.make(uuid)


def remove_folder(uuid: UUID) -> None:
    TRIALS.remove(uuid)


def mapping_file(stored: str) -> str:
    """The name of the file that says what the columns of an input mean."""
    return f"{stored}.yaml"
