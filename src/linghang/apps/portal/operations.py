"""An import from its file to its end without a page: the same steps, by the same operations, as the same person."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from linghang.apps.access.policies import normal_username
from linghang.apps.access.scope import viewer_on
from linghang.apps.exchange.data import ImportData, ImportState
from linghang.apps.exchange.kinds import import_kinds, kind_of
from linghang.apps.exchange.operations import accept_columns, begin_import, confirm_import, discard_import
from linghang.apps.exchange.queries import import_of, problems_of
from linghang.apps.jobs.operations import run_job
from linghang.engine.problems import Problem
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError
from linghang.ui.web.viewer import Viewer

Clock = Callable[[], datetime]
CHUNK, PAUSE = 1 << 20, 0.5


@dataclass(frozen=True)
class Brought:
    """What became of a table: written, or nothing because of `problems`. `words` is the sentence of a refusal."""

    written: bool
    counts: dict[str, int]
    problems: tuple[Problem, ...] = ()
    words: str = ""


def bring_in(*, kind: str, file: Path, username: str, month: str = "", rehearse: bool = False, clock: Clock) -> Brought:
    """Import a table in the name of an account, whole or not at all; a table with one wrong cell writes nothing.

    Columns are taken as proposed or remembered. Who is missing in the table is never ended here: a person ticks that.
    """
    actor = _actor(username, clock())
    wanted = kind_of(kind)
    if wanted is None:
        known = "、".join(one.code for one in import_kinds())
        raise DomainError(
            "unknown_kind", _("没有“%(kind)s”这种导入，可以写：%(known)s。") % {"kind": kind, "known": known}
        )
    said = {"month": month or f"{day_of(clock()):%Y-%m}"} if wanted.asks_month else {}
    with file.open("rb") as stream:
        begun = begin_import(
            kind=wanted, post="", name=file.name, chunks=iter(lambda: stream.read(CHUNK), b""), said=said, actor=actor,
            now=clock(),
        )  # fmt: skip
    found = _done(begun, actor, clock)
    if found.state is ImportState.REFUSED:
        return Brought(written=False, counts={}, words=found.failure)
    try:
        found = _done(accept_columns(import_uuid=found.uuid, actor=actor, now=clock()), actor, clock)
        return _written(found, actor, clock, rehearse=rehearse)
    except DomainError:
        discard_import(import_uuid=found.uuid, actor=actor)
        raise


def _actor(username: str, now: datetime) -> Viewer:
    user = get_user_model().objects.filter(username=normal_username(username), is_active=True).first()
    if user is None:
        raise DomainError("no_such_account", _("没有用户名为“%(name)s”的账号，或者它已停用。") % {"name": username})
    return viewer_on(user.uuid, user.get_full_name(), on=day_of(now))


def _written(found: ImportData, actor: Viewer, clock: Clock, *, rehearse: bool) -> Brought:
    counts, problems = dict(found.counts), tuple(problems_of(viewer=actor, uuid=found.uuid))
    wrong = any(problem.severity == "error" for problem in problems)
    nothing = not (counts.get("new") or counts.get("changed"))
    if found.state is not ImportState.CHECKED or wrong or nothing or rehearse:
        discard_import(import_uuid=found.uuid, actor=actor)
        return Brought(written=False, counts=counts, problems=problems, words=found.failure)
    done = _done(confirm_import(import_uuid=found.uuid, endings=(), actor=actor, now=clock()), actor, clock)
    return Brought(done.state is ImportState.DONE, counts, problems, done.failure)


def _done(found: ImportData, actor: Viewer, clock: Clock) -> ImportData:
    """Do the step here, unless a worker of the running service was faster."""
    while found.busy and found.job is not None:
        run_job(uuid=found.job, clock=clock)
        found = import_of(viewer=actor, uuid=found.uuid)
        if found.busy:
            time.sleep(PAUSE)
    return found
