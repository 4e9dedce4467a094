"""What a workbook may cost us, declared once. Together they keep one reading below 300 MB of memory."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

MEGABYTE = 1024 * 1024
TITLES = 100  # rows from the top that are kept in any case


@dataclass(frozen=True)
class Limits:
    """Upper bounds; whatever is beyond one is refused with a problem that names the bound.

    `only`: of long text and Parquet tables, rows without any of these texts as a cell are left empty, not kept.
    """

    file_bytes: int = 50 * MEGABYTE
    unpacked_bytes: int = 300 * MEGABYTE
    ratio: int = 200  # unpacked : packed, looked at only where the part is larger than `ratio_from_bytes`
    ratio_from_bytes: int = 20 * MEGABYTE
    parts: int = 5_000  # entries of the zip directory
    sheets: int = 100
    rows: int = 200_000
    columns: int = 500
    cells: int = 3_000_000  # non-empty, in all sheets together
    merges: int = 20_000
    merged_cells: int = 500_000  # cells that merged areas cover, within the used area
    text_bytes: int = 100 * MEGABYTE  # distinct texts as Python holds them
    cell_text: int = 100_000  # characters in one cell (Excel itself stops at 32,767)
    line_text: int = 4_000_000  # characters of one record of a text table
    xml_depth: int = 64
    xml_token_bytes: int = 4 * MEGABYTE
    uncomputed: int = 200_000  # formulas without a stored value that are remembered
    old_printed: int = 400 * MEGABYTE  # what that process may print of an .xls
    old_seconds: int = 30  # reading an .xls in its own process
    old_bytes: int = 220 * MEGABYTE  # memory of that process beyond what Python itself needs
    only: frozenset[str] = frozenset()

    def wants(self, number: int, record: Iterable[Hashable]) -> bool:
        """Whether a row is kept; titles of columns stand in the first ones."""
        return not self.only or number < TITLES or not self.only.isdisjoint(record)

    def wants_lines(self, number: int, text: str) -> bool:
        """Whether any row may be kept of whole lines of a text table, the first of which has that number.

        Where a cell may go on over lines, that cannot be told from them.
        """
        return not self.only or number < TITLES or '"' in text or any(word in text for word in self.only)


LIMITS = Limits()
