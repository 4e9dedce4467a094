"""Short lines on the terminal: what is being done, how it ended, how long it took. Colour only on a terminal."""

import sys
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

WIDTH = 12  # columns of the label; a Chinese character takes two
GREEN, YELLOW, RED, DIM, BOLD, RESET = "\033[32m", "\033[33m", "\033[31m", "\033[2m", "\033[1m", "\033[0m"


@dataclass
class Step:
    """What a step says when it is done."""

    words: str = ""


class Progress:
    """All output of the supervisor; `quiet` steps show nothing while they run (no terminal)."""

    def __init__(self) -> None:
        self._terminal = sys.stdout.isatty()

    def title(self, words: str, more: str) -> None:
        print(f"\n  {self._paint(BOLD, words)}  {self._paint(DIM, more)}\n", flush=True)

    @contextmanager
    def step(self, label: str) -> Iterator[Step]:
        """A line `✓ label  words · seconds` when the block ends; an error passes with `✗`."""
        if self._terminal:
            print(f"  … {label}", end="\r", flush=True)
        step, begun = Step(), time.monotonic()
        try:
            yield step
        except BaseException:
            self._line(RED, "✗", label, "")
            raise
        took = time.monotonic() - begun
        self._line(GREEN, "✓", label, step.words + (f" · {took:.1f} 秒" if took >= 0.1 else ""))

    def warn(self, words: str) -> None:
        self._line(YELLOW, "!", words, "")

    def say(self, label: str, words: str) -> None:
        self._line("", " ", label, self._paint(BOLD, words))

    def gap(self) -> None:
        print(flush=True)

    def _line(self, colour: str, mark: str, label: str, words: str) -> None:
        clear = "\033[K" if self._terminal else ""
        gap = " " * max(2, WIDTH - columns(label)) if words else ""
        print(f"  {self._paint(colour, mark)} {label}{gap}{words.removeprefix(' · ')}{clear}", flush=True)

    def _paint(self, colour: str, words: str) -> str:
        return f"{colour}{words}{RESET}" if self._terminal and colour else words


def columns(words: str) -> int:
    """How many terminal columns the words take."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in words)
