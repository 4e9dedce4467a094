"""Reads: a version with its texts, what is wrong with it, and what it says."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from linghang.apps.access.queries import places_named
from linghang.apps.appraisal.data.packs import READABLE, PackState, VersionLine
from linghang.apps.appraisal.models.packs import PackVersion
from linghang.apps.appraisal.queries.packs import (
    locked_library,
    newest_library,
    pack_of,
    version_line,
    version_rows,
)
from linghang.engine.packs.load import LOCK
from linghang.engine.packs.model import Pack
from linghang.engine.packs.texts import cases_in_texts, load_texts, lock_texts
from linghang.engine.packs.versions import numbers
from linghang.engine.problems import Problem
from linghang.ui.web.errors import not_found
from linghang.ui.web.scope import current_scope

if TYPE_CHECKING:
    from linghang.engine.settle.run_cases import CaseResult


@dataclass(frozen=True)
class Report:
    """What the check of a version found; `pack` is None where there are errors."""

    problems: tuple[Problem, ...]
    pack: Pack | None

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)


@dataclass(frozen=True)
class VersionCard:
    """One version with its texts and what became of it."""

    line: VersionLine
    files: dict[str, str]
    note: str
    report: Report
    owner: str

    @property
    def pack(self) -> Pack | None:
        return self.report.pack


def get_version(uuid: UUID, *, drafts: bool, lock: bool = False) -> PackVersion:
    """The row, of the product or of the reader's unit; drafts only where his posts steer packs."""
    rows = PackVersion.objects.select_related("made_by", "offered_by", "published_by")
    if lock:
        rows = rows.select_for_update(of=["self"])
    row = rows.filter(uuid=uuid).first()
    if row is None or (row.state not in READABLE and not drafts):
        raise not_found()
    return row


def version_card(uuid: UUID, *, drafts: bool) -> VersionCard:
    """One version inside the scope; a draft is not there for those who do not steer packs."""
    row = get_version(uuid, drafts=drafts)
    report = Report((), pack_of(row.uuid)) if row.state in READABLE else report_of(row)
    return VersionCard(version_line(row), row.files, row.note, report, "")


def report_of(row: PackVersion) -> Report:
    """Everything that is wrong with a draft, with file and line."""
    pack, problems = load_texts(locked_files(row), library=library_of(row))
    return Report(tuple(problems), pack)


def locked_files(row: PackVersion) -> dict[str, str]:
    """The texts with a lock of what they use: the one that is there, else of the newest versions."""
    if LOCK in row.files or row.state != PackState.DRAFT:
        return dict(row.files)
    return lock_texts(row.files, library=library_of(row))[0]


def library_of(row: PackVersion) -> dict[str, dict[str, str]]:
    """The packs that a version may use: as they were locked, the newest ones for a draft."""
    return newest_library(row.owner_id) | (locked_library(row) if row.locked else {})


def library_here() -> dict[str, dict[str, str]]:
    """The packs that a draft of the unit in the scope may use."""
    top = current_scope().top
    return newest_library(places_named([top])[0].key if top else None)


def case_results(row: PackVersion, pack: Pack) -> "tuple[list[CaseResult], list[Problem]]":
    """The worked cases of a version, settled: the texts prove that they mean what their writer thinks."""
    from linghang.engine.settle.run_cases import run_cases  # loads the engine

    cases, problems = cases_in_texts(row.files, pack)
    return run_cases(pack, cases), list(problems)


def newest_published(row: PackVersion) -> PackVersion | None:
    """The newest published version of the same pack of the same unit, another one than this."""
    rows = PackVersion.objects.filter(owner_id=row.owner_id, pack=row.pack, state__in=READABLE).exclude(pk=row.pk)
    return max(rows, key=lambda each: numbers(each.version), default=None)


def before(row: PackVersion) -> PackVersion | None:
    """The published version just below this one: what its changes are shown against."""
    rows = PackVersion.objects.filter(owner_id=row.owner_id, pack=row.pack, state__in=READABLE).exclude(pk=row.pk)
    lower = [each for each in rows if numbers(each.version) < numbers(row.version)]
    return max(lower, key=lambda each: numbers(each.version), default=None)


def versions_of(row: PackVersion, *, drafts: bool) -> tuple[VersionLine, ...]:
    """Every version of the same pack that the reader may see, newest first."""
    rows = version_rows().filter(owner_id=row.owner_id, pack=row.pack)
    if not drafts:
        rows = rows.filter(state__in=READABLE)
    return tuple(version_line(each) for each in sorted(rows, key=lambda each: numbers(each.version), reverse=True))


def packs_held(*, drafts: bool) -> tuple[VersionLine, ...]:
    """Every version that the unit may bind or is working on, by pack, newest first."""
    rows = version_rows() if drafts else version_rows().filter(state__in=READABLE)
    ordered = sorted(rows, key=lambda each: numbers(each.version), reverse=True)
    return tuple(version_line(row) for row in sorted(ordered, key=lambda each: (each.owner_id is None, each.pack)))
