"""The doors into the child process. A worker names these functions without loading a reader or an engine."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from linghang.apps.exchange.documents.blocks import Document


class Report(Protocol):
    def __call__(self, done: int, total: int, words: str = "") -> None: ...


def propose(wanted: Mapping[str, Any], folder: Path, progress: Report) -> dict[str, Any]:
    """What each column seems to mean, for a page; and a mapping file beside each input."""
    from linghang.apps.appraisal.trials.proposing import propose_trial

    return propose_trial(wanted, folder, progress)


def settle(wanted: Mapping[str, Any], folder: Path, progress: Report) -> dict[str, Any]:
    """Settle and write the result; gives the numbers of members and problems."""
    from linghang.apps.appraisal.trials.settling import settle_trial

    return settle_trial(wanted, folder, progress)


def prove(wanted: Mapping[str, Any], folder: Path, progress: Report) -> None:
    """Write for each member what would reach the next band, proved by settling again."""
    from linghang.apps.appraisal.trials.proving import prove_trial

    prove_trial(wanted, folder, progress)


def print_pdf(document: Document, fonts: Path) -> bytes:
    """A document as PDF; raises NoChineseFont."""
    from linghang.apps.exchange.documents.pdf import render_pdf

    return render_pdf(document, font_folder=fonts)
