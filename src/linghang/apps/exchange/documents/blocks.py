"""The contents of a document, whatever it is rendered to."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (一、), 2 ((一)) or 3 (1.)."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; indented by two characters as Chinese documents are."""

    text: str


@dataclass(frozen=True)
class Grid:
    """A table of texts with one header row."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""


Block = Heading | Paragraph | Grid


@dataclass(frozen=True)
class Document:
    """A document: title, blocks, who signs it and when; `recipient` stands before the body (主送)."""

    title: str
    blocks: Sequence[Block]
    recipient: str = ""
    signature: str = ""
    dated: str = ""  # 2026年3月31日
    footnote: str = ""  # source and as-of date, small, at the end
