"""Imports as other rooms and the pages know them: states, plain records, and the door through which jobs come in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linghang.ui.web.scope import Scope
from linghang.ui.web.viewer import Viewer

SUFFIXES = (".xlsx", ".xls", ".csv")
UNFINISHED_KEPT = timedelta(days=7)  # an import that was never confirmed
FILES_KEPT = timedelta(days=30)  # of one that broke off while it was written; of others they go when it is written


class ImportState(StrEnum):
    """Where an import stands."""

    READING = "reading"  # a job opens the file
    REFUSED = "refused"  # the file cannot be read
    MATCHING = "matching"  # a person says which column is what
    CHECKING = "checking"  # a job compares the rows with what is stored
    CHECKED = "checked"  # a person looks at the preview; nothing is written
    WRITING = "writing"  # a job writes
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    FAILED = "failed"  # the job broke off; what was written is known and can be gone on with or undone


STATE_WORDS: Mapping[str, Promise] = {
    ImportState.READING: _("正在打开"),
    ImportState.REFUSED: _("打不开"),
    ImportState.MATCHING: _("等您对列"),
    ImportState.CHECKING: _("正在核对"),
    ImportState.CHECKED: _("等您确认"),
    ImportState.WRITING: _("正在写入"),
    ImportState.DONE: _("已导入"),
    ImportState.UNDOING: _("正在撤销"),
    ImportState.UNDONE: _("已撤销"),
    ImportState.FAILED: _("没有完成"),
}
BUSY = frozenset({ImportState.READING, ImportState.CHECKING, ImportState.WRITING, ImportState.UNDOING})


class Outcome(StrEnum):
    """What a row of the file would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    PROBLEM = "problem"


OUTCOME_WORDS: Mapping[str, Promise] = {
    Outcome.NEW: _("新增"),
    Outcome.CHANGED: _("变更"),
    Outcome.SAME: _("没有变化"),
    Outcome.PROBLEM: _("有问题"),
}


ACTION_WORDS: Mapping[str, Promise] = {"created": _("新增"), "changed": _("变更"), "ended": _("结束")}


@dataclass(frozen=True)
class Context:
    """On whose behalf rows are checked and written: the actor, the post (`role` at `place`, a path) he started with,
    the business day and the instant. `said` holds what else the person chose when he began."""

    import_uuid: UUID
    actor: Viewer
    role: str
    place: str
    on: date
    now: datetime
    file: str = ""
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ImportData:
    """One import."""

    uuid: UUID
    kind: str
    state: ImportState
    title: str
    file: str
    starter: str
    place_label: str
    said: Mapping[str, str]
    counts: Mapping[str, int]
    failure: str
    done: int
    total: int
    job: UUID | None
    created_at: datetime
    confirmed_at: datetime | None
    undone_at: datetime | None
    undo_reason: str
    files_gone: bool

    @property
    def state_word(self) -> Promise:
        return STATE_WORDS[self.state]

    @property
    def busy(self) -> bool:
        return self.state in BUSY

    @property
    def stands(self) -> bool:
        """Whether something that it wrote is there: not after all of it was taken back."""
        return self.state is ImportState.DONE or bool(self.state is ImportState.UNDONE and self.counts.get("kept"))


@dataclass(frozen=True)
class EffectData:
    """What an import did to one row of a table; `before` is what stood there, for undoing."""

    id: int
    table: str
    uuid: UUID
    action: str
    before: Mapping[str, Any]
    label: str
    source: str
    kept: str = ""
    undone: bool = False


@dataclass(frozen=True)
class Filters:
    """What of the history is shown; every part stands in the address."""

    kind: str = ""
    state: str = ""
    q: str = ""


class Work(StrEnum):
    """The steps that a job does."""

    READ = "exchange.read"
    CHECK = "exchange.check"
    WRITE = "exchange.write"
    UNDO = "exchange.undo"


# start_work(work=, import_uuid=, title=, actor=, scope=, now=) -> uuid of the job. Jobs are a room beside this one; the
# room above both says how they are started (portal), and calls `operations.do_work` when the job runs.
Starter = Callable[..., UUID]
_starters: list[Starter] = []


def register_starter(starter: Starter) -> None:
    """Say once how a step becomes a job."""
    _starters[:] = [starter]


def start_work(*, work: Work, import_uuid: UUID, title: str, actor: Viewer, scope: Scope, now: datetime) -> UUID:
    """Let a job do a step of an import; gives the job's id."""
    if not _starters:
        raise RuntimeError("no room has registered how imports become jobs")
    return _starters[0](work=work, import_uuid=import_uuid, title=title, actor=actor, scope=scope, now=now)


# what can be done about an import that is written, besides undoing it: rooms above offer it beside its result
ImportAction = Callable[[Viewer, ImportData], tuple[str | Promise, str] | None]
_actions: dict[str, ImportAction] = {}


def register_import_action(name: str, action: ImportAction) -> None:
    """Offer, once per name, a link (label, address) beside the result of an import; None: not for this viewer."""
    _actions[name] = action


def import_actions(viewer: Viewer, found: ImportData) -> list[tuple[str | Promise, str]]:
    """The links that rooms above offer to this viewer for this import."""
    offered = (action(viewer, found) for action in _actions.values())
    return [link for link in offered if link is not None]


# posts in words; `access` is a room beside this one, so the room above both says them (portal)
_role_words: list[Mapping[str, str | Promise]] = []


def register_role_words(words: Mapping[str, str | Promise]) -> None:
    """Say once how posts are called on screens."""
    _role_words[:] = [words]


def role_words() -> dict[str, str | Promise]:
    """Role → its word."""
    return dict(_role_words[0]) if _role_words else {}
