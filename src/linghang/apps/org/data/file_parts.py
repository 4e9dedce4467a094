"""Where other rooms add to the printed file of a person (一人一档): what they hold of him, as blocks of a document.

from linghang.apps.org.data.file_parts import person_file
person_file.register("ledger.records", records_on_paper, order=40)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.http import HttpRequest

from linghang.apps.exchange.documents.blocks import Block

FilePart = Callable[[HttpRequest, UUID, date], Sequence[Block]]


@dataclass
class FileParts:
    """A registry; registering a name again replaces the part. The open scope is the printed file's."""

    _parts: dict[str, tuple[int, FilePart]] = field(default_factory=dict)

    def register(self, name: str, part: FilePart, *, order: int = 100) -> None:
        self._parts[name] = (order, part)

    def blocks(self, request: HttpRequest, person: UUID, *, on: date) -> list[Block]:
        """What all rooms hold of the person and the reader may see, in order."""
        ordered = sorted((order, name) for name, (order, _part) in self._parts.items())
        return [block for _order, name in ordered for block in self._parts[name][1](request, person, on)]


person_file = FileParts()
