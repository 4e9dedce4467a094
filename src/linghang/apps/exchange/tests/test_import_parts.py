"""Parts of imports that no page shows by itself: what is kept beside a file, who may see it, when it goes."""

import os
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.contrib.auth import get_user_model

from linghang.apps.exchange.data import FILES_KEPT, UNFINISHED_KEPT, ImportState
from linghang.apps.exchange.imports.stored import load_book, mapping_json, mapping_of, save_book
from linghang.apps.exchange.mapping.model import (
    ClosingsSheet,
    FactsSheet,
    ItemColumn,
    Layout,
    Meaning,
    NameColumn,
    RosterSheet,
    Table,
    TableMapping,
)
from linghang.apps.exchange.models import Import
from linghang.apps.exchange.operations import note_broken, purge_imports
from linghang.apps.exchange.policies import TRANSITIONS, may_follow, may_see
from linghang.apps.exchange.queries import FOLDERS
from linghang.apps.exchange.tables.grid import CellError, Merge, Sheet, Workbook, fill_merges

NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


def test_an_opened_book_is_kept_with_every_kind_of_value_and_corrected_beside_it(tmp_path):
    rows = [["支部", "一支部", None], ["张三", date(2026, 3, 5), CellError("#REF!")], [1, 2.5, True],
            [time(8, 30), datetime(2026, 3, 5, 8, 30, tzinfo=UTC), "甲"]]  # fmt: skip
    sheet = Sheet("名册", rows=[list(row) for row in rows], merges=[Merge(0, 1, 0, 2)], uncomputed={(1, 2)})
    fill_merges(sheet, 100)
    hidden = Sheet("藏着", rows=[["不读"]], hidden=True)
    save_book(Workbook("表.xlsx", [sheet, hidden]), tmp_path / "book.json")
    again = load_book(tmp_path / "book.json", "表.xlsx")
    assert [s.name for s in again] == ["名册"]
    assert again.sheets[0].rows == sheet.rows
    assert again.sheets[0].anchor(0, 2) == (0, 1)
    corrected = load_book(
        tmp_path / "book.json", "表.xlsx", {"名册!B1": "二支部", "名册!C2": "2026-03-06", "名册!E9": "新"}
    )
    assert corrected.sheets[0].rows[0] == ["支部", "二支部", "二支部"]
    assert corrected.sheets[0].value(1, 2) == "2026-03-06"
    assert (1, 2) not in corrected.sheets[0].uncomputed
    assert corrected.sheets[0].value(8, 4) == "新"


def test_a_mapping_is_the_same_after_it_was_kept():
    table = Table("记录", 0, 1)
    facts = FactsSheet(
        table, Layout.WIDE, {"name": 0}, names=(NameColumn(1, {"到会情况": "缺席"}),),
        items=(ItemColumn(2, "志愿", "志愿服务", Meaning.COUNT),), skip=("/",), marks={"√": {}},
    )  # fmt: skip
    mapping = TableMapping((RosterSheet(table, {"name": 1}, "一支部"),), (facts,), ClosingsSheet(table, {"month": 1}))
    assert mapping_of(mapping_json(mapping)) == mapping
    assert mapping_of({}) == TableMapping()


@pytest.mark.parametrize(
    ("posts", "seen"),
    [
        ({("officer", "00000001/")}, True),
        ({("officer", "00000001/00000002/")}, True),
        ({("officer", "")}, True),
        ({("officer", "00000009/00000002/")}, True),  # the place was hung under another parent since
        ({("officer", "00000001/00000002/00000003/")}, False),
        ({("secretary", "00000001/")}, False),
        ({("officer", "00000004/")}, False),
        (set(), False),
    ],
)
def test_an_import_is_seen_with_its_own_post_at_its_place_or_above(posts, seen):
    assert may_see("officer", "00000001/00000002/", frozenset(posts)) is seen


def test_every_state_has_a_way_out_or_is_an_end():
    ends = {state for state, after in TRANSITIONS.items() if not after}
    assert ends == {ImportState.REFUSED}
    assert set(TRANSITIONS) == set(ImportState)
    assert not may_follow(ImportState.DONE, ImportState.WRITING)


def make(state: ImportState, **values) -> Import:
    user, _new = get_user_model().objects.get_or_create(username="officer", defaults={"created_at": NOW})
    row = Import.objects.create(
        kind="organisations", state=state, starter=user, role="officer", path="1/", title="表", file="表.xlsx",
        sha256="0" * 64, created_at=NOW, **values,
    )  # fmt: skip
    FOLDERS.make(row.uuid)
    return row


@pytest.mark.django_db
def test_files_go_with_their_date_and_never_while_a_job_needs_them(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    waiting, busy = make(ImportState.CHECKED), make(ImportState.WRITING, confirmed_at=NOW)
    broken = make(ImportState.FAILED, confirmed_at=NOW)
    orphan, uploading = tmp_path / "imports" / "nobody's", tmp_path / "imports" / "not-committed-yet"
    orphan.mkdir()
    os.utime(orphan, (0, 0))
    purge_imports(now=NOW + UNFINISHED_KEPT - timedelta(hours=1))
    assert {path.name for path in FOLDERS.root.iterdir()} == {str(row.uuid) for row in (waiting, busy, broken)}
    uploading.mkdir()
    purge_imports(now=NOW + UNFINISHED_KEPT - timedelta(hours=1))
    assert uploading.is_dir()
    uploading.rmdir()
    purge_imports(now=NOW + FILES_KEPT)
    assert [path.name for path in FOLDERS.root.iterdir()] == [str(busy.uuid)]
    assert set(Import.objects.values_list("uuid", flat=True)) == {busy.uuid, broken.uuid}


@pytest.mark.django_db
def test_files_that_a_killed_process_left_behind_go_as_well(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    left = make(ImportState.DONE, confirmed_at=NOW, files_gone_at=NOW)
    os.utime(FOLDERS.of(left.uuid), (0, 0))
    purge_imports(now=NOW + timedelta(days=1))
    assert list(FOLDERS.root.iterdir()) == []
    assert Import.objects.filter(uuid=left.uuid).exists()


@pytest.mark.django_db
def test_a_broken_step_leads_back_to_where_a_person_can_go_on(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    after = {
        ImportState.READING: ImportState.REFUSED,
        ImportState.CHECKING: ImportState.MATCHING,
        ImportState.WRITING: ImportState.CHECKED,
        ImportState.UNDOING: ImportState.FAILED,
        ImportState.DONE: ImportState.DONE,
    }
    for state, led_to in after.items():
        row = make(state)
        row.job = row.uuid
        row.save()
        note_broken(job=row.uuid, failure="机器停了")
        row.refresh_from_db()
        assert row.state == led_to
        assert row.failure == ("" if state == ImportState.DONE else "机器停了")
