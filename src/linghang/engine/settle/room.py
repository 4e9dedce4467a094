"""Memory for many arrays, taken from the system in large pieces.

Fresh memory comes page by page, and threads wait for each other at every page: at four cores that took as long as the
work itself. numpy asks for huge pages from 4 MB on, so arrays are cut out of blocks far larger than that.
"""

from threading import local
from typing import Any

import numpy as np
import numpy.typing as npt

BLOCK = 32 * 2**20  # bytes; what is not used of it costs nothing
APART = 64  # bytes, a line of the cache


class Room(local):
    """Every thread's own. A block is gone with the last array in it, so what is kept and what is not have two rooms."""

    def __init__(self) -> None:
        self.block, self.used = np.empty(0, np.uint8), 0

    def empty(self, count: int, kind: npt.DTypeLike) -> npt.NDArray[Any]:
        """An array of so many numbers, with whatever stands there."""
        size = count * np.dtype(kind).itemsize
        if self.used + size > len(self.block):
            self.block, self.used = np.empty(max(BLOCK, size), np.uint8), 0
        begin, self.used = self.used, self.used + -(-size // APART) * APART
        return self.block[begin : begin + size].view(kind)
