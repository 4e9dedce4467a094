"""The sign-in sheet of an occasion: printed before it, signed there, and entered afterwards by ticking who was away."""

from io import BytesIO
from uuid import UUID

from django.conf import settings
from django.http import FileResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from linghang.apps.exchange.documents.blocks import Document, Grid, Paragraph
from linghang.apps.exchange.documents.printing import print_pdf, print_word
from linghang.apps.jobs.operations import run_in_child
from linghang.apps.ledger.data.gathering import PersonLine
from linghang.apps.ledger.forms.recording import SheetForm
from linghang.apps.ledger.operations.gathering import occasion_named
from linghang.apps.ledger.queries.pages_people import expected
from linghang.apps.ledger.queries.pages_words import said
from linghang.apps.org.queries import name_on
from linghang.ui.web.errors import not_found
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request


def sign_in_sheet(request: Request) -> FileResponse:
    """The names of everybody who is called together, with room to sign; Word or PDF."""
    form = SheetForm(request.GET)
    if not form.is_valid():
        raise not_found()
    given = form.cleaned_data
    occasion = occasion_named(given["what"], request.now)
    place: UUID = given["place"]
    people = expected(occasion, place, on=given["day"])
    note_list(request, count=len(people))
    title = f"{name_on(place, given['day'])}{said(occasion.title)}{_('签到表')}"
    document = sheet(title, date_format(given["day"], "DATE_FORMAT"), people)
    word = given["as"] == "word"
    made = (
        run_in_child(print_word, document) if word else run_in_child(print_pdf, document, settings.ASSETS_DIR / "fonts")
    )
    name = f"{title}-{given['day'].isoformat()}.{'docx' if word else 'pdf'}"
    return FileResponse(BytesIO(made), as_attachment=True, filename=name)


def sheet(title: str, day: str, people: list[PersonLine]) -> Document:
    """Number, name, branch or post, signature, reason of being away."""
    rows = [[str(number), person.name, person.guest or person.note, "", ""] for number, person in enumerate(people, 1)]
    said_of_day = _("日期：%(day)s    应到：%(n)s人    实到：      人    主持人：") % {"day": day, "n": len(people)}
    return Document(
        title=title,
        blocks=[
            Paragraph(said_of_day),
            Grid([_("序号"), _("姓名"), _("所在支部、身份"), _("签名"), _("缺席事由")], rows),
        ],
        footnote=_("会后在“记录—录入”选同一天，只点缺席的人。本系统为非涉密系统，严禁存储、处理、传输涉密信息。"),
    )
