"""The doors into the child process that makes a document, so that a web process never loads the libraries for it."""

from io import BytesIO
from pathlib import Path

from linghang.apps.exchange.documents.blocks import Document


def print_pdf(document: Document, fonts: Path) -> bytes:
    """A document as PDF; raises NoChineseFont."""
    from linghang.apps.exchange.documents.pdf import render_pdf

    return render_pdf(document, font_folder=fonts)


def print_word(document: Document) -> bytes:
    """A document as .docx."""
    from linghang.apps.exchange.documents.word import write_word

    made = BytesIO()
    write_word(made, document)
    return made.getvalue()
