"""Functions that the tests run in a child process; they import nothing of ours, as real ones should not either."""

import os
import signal
import sys
import time


def slow_sum(n: int, pause: float, progress) -> int:
    total = 0
    for number in range(1, n + 1):
        total += number
        progress(number, n, f"第{number}个")
        if pause:
            time.sleep(pause)
    return total


def identity() -> int:
    return os.getpid()


def loaded_modules() -> list[str]:
    return sorted(sys.modules)


def refuse(words: str) -> None:
    raise ValueError(words)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def sleep_and_tell(path: str, seconds: float) -> None:
    with open(path, "w") as file:
        file.write(str(os.getpid()))
    time.sleep(seconds)


def fill(megabytes: int) -> int:
    return len(bytearray(b"x") * (megabytes << 20))
