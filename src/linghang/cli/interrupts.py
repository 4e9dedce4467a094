"""Ctrl-C comes out as KeyboardInterrupt, wherever it falls."""

import signal
import threading
from types import FrameType, TracebackType
from typing import NoReturn, Self

EXIT_CODE = 130  # as shells say of a command that was stopped by Ctrl-C


class Interruptible:
    """A `with` that Ctrl-C leaves as KeyboardInterrupt, whatever error it became on its way.

    DuckDB looks for signals while a query runs and then says “Query interrupted” in an error of its own: who waited
    only for KeyboardInterrupt would show a traceback. An error without Ctrl-C passes as it is. Only the main thread of
    a process may listen for signals; in another one nothing changes.
    """

    def __init__(self) -> None:
        self.pressed = False
        self.listens = threading.current_thread() is threading.main_thread()

    def __enter__(self) -> Self:
        if self.listens:
            self.before = signal.signal(signal.SIGINT, self._press)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self.listens:
            signal.signal(signal.SIGINT, self.before)
        if self.pressed and isinstance(error, Exception):
            raise KeyboardInterrupt from error

    def _press(self, _number: int, _frame: FrameType | None) -> NoReturn:
        self.pressed = True
        raise KeyboardInterrupt
