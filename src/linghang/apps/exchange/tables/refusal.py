"""How a reader stops: with one problem, raised inside the reading floor and recorded at its door."""

from dataclasses import dataclass


@dataclass
class Refused(Exception):
    """The file, or a sheet of it, cannot be read; `reading.read_workbook` turns this into a problem record."""

    code: str
    message: str
    hint: str = ""
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        return self.message
