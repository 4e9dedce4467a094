"""One object per text, and a budget for all texts of a file, so that repetitive tables stay small in memory."""

from linghang.apps.exchange.tables.limits import Limits
from linghang.apps.exchange.tables.refusal import Refused

_REMEMBERED = 50_000
_OVERHEAD = 80  # what Python spends on a short text besides its characters


class Pool:
    """Counts cells and texts of one file against the limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.cells = 0
        self.bytes = 0
        self._known: dict[str, str] = {}

    def text(self, text: str) -> str:
        """The same text, as the object seen before where there is one."""
        known = self._known.get(text)
        if known is not None:
            return known
        self.bytes += _OVERHEAD + 2 * len(text)
        if self.bytes > self.limits.text_bytes:
            raise Refused("too-large", "文件里的文字太多，超出可读范围", "按月份或支部拆成几个文件")
        if len(self._known) < _REMEMBERED:
            self._known[text] = text
        return text

    def count(self, cells: int) -> None:
        """Add so many non-empty cells; refuses beyond the limit."""
        self.cells += cells
        if self.cells > self.limits.cells:
            raise Refused(
                "too-large",
                f"有内容的单元格超过 {self.limits.cells:,} 个",
                "删去与导入无关的工作表和列，或按月份拆成几个文件",
            )
