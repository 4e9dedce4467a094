"""Run one function in a fresh Python process, so that its memory goes back to the system when it ends.

The child is a clean interpreter (spawn, never fork: threads and database connections do not survive a fork). It is
started as `python -m linghang.apps.jobs.child`, not by `multiprocessing.Process`, which would import the worker's main
module again and leave a resource tracker process behind; only its pickling pipe is used.
"""

import contextlib
import logging
import os
import pickle
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection, Pipe
from typing import Any

from linghang.apps.jobs.data import JobCancelled

log = logging.getLogger(__name__)

POLL_SECONDS = 0.1
GRACE_SECONDS = 2.0

Report = Callable[[int, int, str], None]


class ChildDied(Exception):
    """The process ended without an answer: killed, out of memory, or crashed inside native code."""

    def __init__(self, returncode: int) -> None:
        self.returncode = returncode
        super().__init__(f"child process ended with code {returncode} and gave no answer")


def run_in_child(
    function: Callable[..., Any],
    *args: Any,
    on_progress: Report | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Any:
    """Call `function(*args)` in a new process and return its value; raise what it raised.

    The function must be at module level, its arguments and value picklable. With `on_progress` it is also given
    `progress=`, a callable (done, total, words). Raises JobCancelled once `cancelled()` is true, ChildDied when the
    process ends without an answer. Whatever `cancelled` raises also kills the child and passes on.
    """
    ours, theirs = Pipe()
    command = [sys.executable, "-P", "-m", "linghang.apps.jobs.child", str(theirs.fileno())]
    with (
        ours,
        subprocess.Popen(
            command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True
        ) as process,
    ):
        theirs.close()
        try:
            return _converse(ours, process, (function, args, on_progress is not None), on_progress, cancelled)
        finally:
            _end(process)


def _converse(
    pipe: Connection,
    process: subprocess.Popen[bytes],
    call: tuple[Callable[..., Any], tuple[Any, ...], bool],
    on_progress: Report | None,
    cancelled: Callable[[], bool] | None,
) -> Any:
    try:
        pipe.send(call)
        while True:
            if cancelled and cancelled():
                raise JobCancelled
            if not pipe.poll(POLL_SECONDS):
                continue
            word, content = pipe.recv()
            if word == "done":
                return content
            if word == "failed":
                _raise(*content)
            if on_progress:
                on_progress(*content)
    except (EOFError, BrokenPipeError, ConnectionResetError) as gone:
        raise ChildDied(process.wait()) from gone


def _raise(error: bytes, words: str) -> None:
    log.error("child process failed:\n%s", words)
    raise pickle.loads(error)  # noqa: S301 -- our own child on a private socket pair, nobody else can write to it


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask, then insist: after this line no process of the call is left."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
    if process.poll() is None:
        process.kill()
        process.wait()


# --- the other side: everything below runs in the child ---------------------------------------------------------


def child_main(fd: int) -> None:
    pipe = Connection(fd)
    function, args, wants_progress = pipe.recv()
    threading.Thread(target=_die_with_parent, args=[pipe], daemon=True).start()
    extra = {"progress": _reporter(pipe)} if wants_progress else {}
    try:
        answer = ("done", function(*args, **extra))
    except Exception as error:  # noqa: BLE001 -- a process boundary: the parent raises it again
        answer = ("failed", (_portable(error), traceback.format_exc()))
    pipe.send(answer)


def _die_with_parent(pipe: Connection) -> None:
    """The parent sends nothing after the call, so a read that ends means that the parent is gone."""
    with contextlib.suppress(OSError, EOFError):
        pipe.recv()
    os._exit(1)


def _reporter(pipe: Connection, every: float = 0.1) -> Report:
    last = 0.0

    def report(done: int, total: int, words: str = "") -> None:
        nonlocal last
        if time.monotonic() - last >= every or done >= total:
            last = time.monotonic()
            pipe.send(("progress", (done, total, words)))

    return report


def _portable(error: Exception) -> bytes:
    """The error as bytes that the parent can read; an error that cannot travel goes as its words."""
    try:
        packed = pickle.dumps(error)
        pickle.loads(packed)  # noqa: S301 -- made in the line above; some errors pickle but cannot be rebuilt
    except Exception:  # noqa: BLE001 -- pickling runs the error's own code and may raise anything
        return pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}"))
    return packed


if __name__ == "__main__":
    child_main(int(sys.argv[1]))
