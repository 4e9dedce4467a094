"""复算表: LibreOffice computes the workbook from its formulas and comes to the system's totals, to the hundredth."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from linghang.apps.appraisal.models import GradeResult
from linghang.apps.appraisal.operations.months import open_books
from linghang.apps.appraisal.tests.packs_world import SCHEME
from linghang.apps.appraisal.tests.statements_world import (
    FEBRUARY,
    JANUARY,
    MARCH,
    NOW,
    TODAY,
    meeting,
    points_world,
    settle_month,
    volunteer,
)
from linghang.ui.web.scope import system_scope


@pytest.fixture(autouse=True)
def _today(settings):
    settings.DEMO_TODAY = TODAY


@pytest.fixture
def world(db):
    """A quarter with limits that bite, deductions, somebody with nothing at all, and something late."""
    made = points_world()
    for month in (JANUARY, FEBRUARY, MARCH):
        for day in range(4):
            volunteer(made, 0, month.first + timedelta(days=day))
    for day in range(9):
        meeting(made, 1, MARCH.first + timedelta(days=day))
    settle_month(made, JANUARY)
    volunteer(made, 1, JANUARY.last)
    settle_month(made, FEBRUARY)
    settle_month(made, MARCH, state="public")
    return made


def saved(world, month) -> bytes:
    client = Client()
    client.force_login(world.users["secretary"], backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("appraisal:recalculation", args=[world.book(month).uuid]))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


@pytest.fixture
def recalculated(office, tmp_path):
    """The workbook as LibreOffice computes it, whatever values it was saved with."""

    def computed(content: bytes) -> CalamineWorkbook:
        (tmp_path / "recalculation.xlsx").write_bytes(content)
        return CalamineWorkbook.from_path(office(tmp_path / "recalculation.xlsx"))

    return computed


def rows_of(book: CalamineWorkbook, sheet: str) -> list[list]:
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


@pytest.mark.office
def test_libreoffice_comes_to_the_same_totals_and_stars(world, recalculated):
    book = recalculated(saved(world, MARCH))
    totals = {row[1]: row for row in rows_of(book, "总分")[1:] if row[2] == 3}
    stars = {row[1]: row for row in rows_of(book, "季度")[3:] if row[1]}
    with system_scope(reason="test"):
        grades = {row.person.name: row for row in GradeResult.objects.select_related("person").filter(scheme=SCHEME)}
    assert set(totals) == {"王小川", "刘一鸣", "陈静"}
    for number, name in enumerate(("王小川", "刘一鸣", "陈静")):
        row = world.row(number, MARCH)
        assert round(totals[name][15] * 100) == row.counted
        assert totals[name][17] == 0
        assert round(stars[name][7] * 100) == grades[name].total
        assert stars[name][8] == stars[name][9]
    assert world.row(0, MARCH).counted > world.row(2, MARCH).counted > world.row(1, MARCH).counted
    assert stars["刘一鸣"][6] == 4  # what came late for January, booked in February


@pytest.mark.office
def test_libreoffice_with_the_settings_that_people_have_shows_the_totals_too(world, office, tmp_path):
    (tmp_path / "opened.xlsx").write_bytes(saved(world, MARCH))
    book = CalamineWorkbook.from_path(office(tmp_path / "opened.xlsx", as_it_comes=True))
    totals = {row[1]: row[15] for row in rows_of(book, "总分")[1:] if row[2] == 3}
    assert round(totals["王小川"] * 100) == world.row(0, MARCH).counted


@pytest.mark.office
def test_a_changed_line_changes_the_total(world, recalculated):
    """The formulas live: taking one absence back lifts the total by what the category's limits let through."""
    changed = openpyxl.load_workbook(BytesIO(saved(world, MARCH)))
    sheet = changed["明细"]
    for row in sheet.iter_rows(min_row=2):
        if row[1].value == "刘一鸣" and row[2].value == 3 and row[7].value == -3.5:
            row[7].value = 0
    made = BytesIO()
    changed.save(made)
    book = recalculated(made.getvalue())
    total = next(row for row in rows_of(book, "总分")[1:] if row[1] == "刘一鸣" and row[2] == 3)
    assert round(total[17], 2) == 30.0


def test_every_line_names_its_record(world):
    book = CalamineWorkbook.from_filelike(BytesIO(saved(world, MARCH)))
    lines = rows_of(book, "明细")
    records = [row[11] for row in lines[1:] if row[4].startswith("志愿服务：")]
    assert records
    assert all(len(record) == 36 for record in records)


def test_a_month_that_is_not_settled_has_nothing_to_compute(world):
    with world.scope("officer"):
        open_books(month=MARCH + 1, node=world.places["parent"].node.uuid, now=NOW)
    client = Client()
    client.force_login(world.users["secretary"], backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("appraisal:recalculation", args=[world.book(MARCH + 1).uuid]))
    assert answer.status_code == 409
    assert "还没有核算" in answer.content.decode()
