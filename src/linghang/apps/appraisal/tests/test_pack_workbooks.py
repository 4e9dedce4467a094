"""A pack downloaded as a workbook, changed in Excel and handed in again as a draft."""

import io
import zipfile

import openpyxl
import pytest
from django.urls import reverse

from linghang.apps.appraisal.models.packs import PackVersion
from linghang.apps.appraisal.operations.drafts import import_draft
from linghang.apps.appraisal.tests.packs_world import NOW, pack_unit, shipped
from linghang.apps.exchange.tests.hostile import parts, worksheet
from linghang.ui.web.scope import system_scope


@pytest.fixture
def unit(db, settings):
    settings.DEMO_TODAY = NOW.date()
    return pack_unit()


@pytest.fixture
def visit(client, unit):
    def enter(who):
        client.force_login(unit.users[who], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


def _workbook(client, uuid):
    answer = client.get(reverse("appraisal:pack-workbook", args=[uuid]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].endswith('.xlsx"')
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def _hand_in(client, book, name="办法.xlsx"):
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    file.name = name
    return client.post(reverse("appraisal:pack-import"), {"file": file}, follow=True)


def _form(book, heading, value):
    row = next(row for row in book["方案包"].iter_rows() if row[0].value == heading)
    row[1].value = value


def _drafts():
    with system_scope(reason="test"):
        return list(PackVersion.objects.filter(pack="bs-points"))


def test_a_reader_downloads_the_workbook_and_an_officer_hands_it_in_as_a_draft_of_the_same_content(unit, visit):
    book = _workbook(visit("secretary"), shipped())
    _form(book, "编号", "bs-points")
    answer = _hand_in(visit("officer"), book)
    assert answer.status_code == 200
    (draft,) = _drafts()
    assert (draft.pack, draft.state, draft.owner_id is not None) == ("bs-points", "draft", True)
    assert "schemes/member.yaml" in draft.files
    assert draft.title in answer.text


def test_mistakes_are_told_by_sheet_and_cell_and_no_draft_is_made(unit, visit):
    book = _workbook(visit("officer"), shipped())
    _form(book, "编号", "bs-points")
    sheet = book["项目"]
    at = [cell.value for cell in sheet[1]].index("所在类别") + 1
    sheet.cell(2, at).value = "nowhere"
    book["类别"].append(["member-points", "x", "=1+1"])
    answer = _hand_in(visit("officer"), book)
    assert answer.status_code == 422
    assert "项目!B2" in answer.text
    assert "没有类别“nowhere”" in answer.text
    assert "这一格是公式" in answer.text
    assert "办法.xlsx" in answer.text
    assert _drafts() == []


@pytest.mark.parametrize("name", ["x.xlsx", "x.zip", "x"])
def test_what_is_no_workbook_of_a_pack_is_refused_in_words_whatever_it_is_called(unit, visit, name):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for part, text in parts({"S": worksheet("")}).items():
            archive.writestr(part, text)
    made.seek(0)
    made.name = name
    answer = visit("officer").post(reverse("appraisal:pack-import"), {"file": made})
    assert answer.status_code == 422
    assert "没有“方案包”这张表" in answer.text


def test_a_draft_with_problems_has_no_workbook_yet(unit, visit):
    texts = {
        "pack.yaml": "pack: bs-points\nversion: 1.0.0\ntitle: 北山\ncontent: invented\n",
        "schemes/a.yaml": "scheme: a\n",
    }
    with unit.scope("officer"):
        draft = import_draft(files=texts, actor=unit.viewer("officer"), now=NOW).uuid
    answer = visit("officer").get(reverse("appraisal:pack-workbook", args=[draft]))
    assert answer.status_code == 409
    assert "不能写成工作簿" in answer.text
    assert visit("secretary").get(reverse("appraisal:pack-workbook", args=[draft])).status_code == 404
