"""A trial belongs to one person, keeps nothing unless asked, and takes nothing that is no table."""

import json
import re
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from linghang.apps.appraisal.data.trials import KEPT_FOR, TrialState
from linghang.apps.appraisal.models.trials import RememberedMatching, Trial
from linghang.apps.appraisal.operations.trials import (
    Upload,
    Wanted,
    begin_trial,
    keep_trial,
    note_proposal,
    note_state,
    purge_trials,
    remove_trial,
    settle_trial,
    wanted_of,
)
from linghang.apps.appraisal.policies.trials import TRANSITIONS, may_follow
from linghang.apps.appraisal.queries.trials import packs_to_try, trial_of
from linghang.apps.appraisal.tests.world import NOW, PROPOSAL, make_trial
from linghang.apps.appraisal.trials.children import prove, settle
from linghang.apps.appraisal.trials.folder import folder_of, mapping_file
from linghang.apps.appraisal.trials.schema import REACH_TABLES, unpacked
from linghang.apps.jobs.models import Job
from linghang.engine.periods import Month
from linghang.ui.web.errors import DomainError

pytestmark = pytest.mark.django_db

EXAMPLE = Path(settings.EXAMPLES_DIR) / "qingyuan-mine"


def browser(viewer) -> Client:
    client = Client()
    user = get_user_model().objects.get(uuid=viewer.uuid)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def at(settings):
    """The pages take this day for today."""
    settings.DEMO_TODAY = NOW.date()


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def form(**more):
    return {
        "pack": "example-4x-points/member-points",
        "period": "2026-03",
        "roster": SimpleUploadedFile("../../花名册.xlsx", b"PK\x03\x04"),
        "records": SimpleUploadedFile("记录.csv", b"a,b\n1,2\n"),
        **more,
    }


def begin(viewer, **more):
    wanted = Wanted(packs_to_try()[0], Month(2026, 3), **more)
    uploads = [Upload("roster", "C:\\我的\\花名册.XLSX", [b"PK"]), Upload("records", "记录\x07.csv", [b"a"])]
    return begin_trial(wanted=wanted, uploads=uploads, actor=viewer, now=NOW)


def test_files_are_kept_under_fixed_names_in_a_folder_of_its_own(officer):
    trial = begin(officer)
    folder = folder_of(trial.uuid)
    assert sorted(path.name for path in folder.iterdir()) == ["records-1.csv", "roster.xlsx"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert trial.names == {"roster.xlsx": "花名册.XLSX", "records-1.csv": "记录.csv"}
    assert trial.expires_at == NOW + KEPT_FOR


def test_ones_own_files_are_first_looked_at_and_the_example_is_settled_at_once(officer):
    assert (begin(officer).state, begin(officer, example=True).state) == (TrialState.READING, TrialState.SETTLING)
    assert list(Job.objects.order_by("id").values_list("kind", flat=True)) == ["trial.read", "trial.settle"]


@pytest.mark.parametrize("name", ["名册.xlsm", "名册.exe", "名册", "名册.pdf", "名册.xlsx.html"])
def test_a_file_that_is_no_table_is_refused_beside_the_field(officer, name, at):
    answer = browser(officer).post("/appraisal/trial/", form(roster=SimpleUploadedFile(name, b"x")))
    assert answer.status_code == 422
    assert "不是可以读的表格" in text_of(answer)
    assert not Trial.objects.exists()


def test_a_file_that_is_too_large_is_refused(officer, settings, at):
    settings.UPLOAD_MAX_BYTES = 3
    answer = browser(officer).post("/appraisal/trial/", form())
    assert answer.status_code == 422
    assert "超过 0 MB" in text_of(answer)


def test_a_missing_file_and_a_wrong_month_are_named_together(officer, at):
    answer = browser(officer).post("/appraisal/trial/", form(roster="", period="三月"))
    assert "请选择花名册文件。" in text_of(answer)
    assert "月份写成 2026-03 这样。" in text_of(answer)


def test_the_form_carries_the_sentence_and_says_which_pack_is_invented(officer, at):
    page = text_of(browser(officer).get("/appraisal/trial/"))
    assert "本系统为非涉密系统，严禁存储、处理、传输涉密信息" in page
    assert "虚构示例" in page


def test_a_trial_of_somebody_else_does_not_exist(officer, stranger, at):
    trial = make_trial(officer)
    for path in ("", "result/", "members/P1/", "problems/", "columns/", "files/statements.xlsx", "members.xlsx"):
        theirs = browser(stranger).get(f"/appraisal/trial/{trial.uuid}/{path}")
        assert theirs.status_code == browser(stranger).get(f"/appraisal/trial/{uuid4()}/{path}").status_code == 404
        mine = browser(officer).get(f"/appraisal/trial/{trial.uuid}/{path}")
        assert mine.status_code in (200, 302)
        if mine.streaming:
            b"".join(mine.streaming_content)  # the client closes the file at its end
    for action in (
        keep_trial,
        lambda **named: remove_trial(**named, now=NOW),
        lambda **named: settle_trial(**named, now=NOW),
    ):
        with pytest.raises(DomainError) as refused:
            action(trial=trial.uuid, actor=stranger)
        assert refused.value.status == 404


def test_an_expired_trial_is_gone_for_its_owner_too_unless_he_kept_it(officer):
    gone, kept = make_trial(officer), make_trial(officer)
    keep_trial(trial=kept.uuid, actor=officer)
    later = NOW + timedelta(hours=24)
    assert trial_of(owner=officer.uuid, uuid=gone.uuid, now=later) is None
    assert trial_of(owner=officer.uuid, uuid=kept.uuid, now=later) is not None
    stray = folder_of(uuid4())
    stray.mkdir()
    purge_trials(now=later)
    assert [path.name for path in folder_of(gone.uuid).parent.iterdir()] == [str(kept.uuid)]
    assert list(Trial.objects.values_list("uuid", flat=True)) == [kept.uuid]


def test_removing_a_trial_takes_its_files_away_at_once(officer, django_capture_on_commit_callbacks):
    trial = begin(officer)
    with django_capture_on_commit_callbacks(execute=True):
        remove_trial(trial=trial.uuid, actor=officer, now=NOW)
    assert not folder_of(trial.uuid).exists()
    assert Job.objects.get().state == "cancelled"


def test_nothing_else_can_be_done_while_a_job_reads_or_settles(officer):
    trial = begin(officer, example=True)
    with pytest.raises(DomainError) as refused:
        settle_trial(trial=trial.uuid, actor=officer, now=NOW)
    assert refused.value.code == "trial_busy"


def test_a_trial_whose_job_ended_without_an_outcome_can_be_begun_again(officer):
    trial = begin(officer)
    Job.objects.update(state="failed", finished_at=NOW)
    assert settle_trial(trial=trial.uuid, actor=officer, now=NOW).state is TrialState.READING
    assert Job.objects.filter(kind="trial.read").count() == 2


def test_an_older_job_does_not_speak_for_a_trial_any_more(officer):
    trial = begin(officer, example=True)
    assert not note_state(trial=trial.uuid, job=uuid4(), state=TrialState.READY)
    assert note_state(trial=trial.uuid, job=trial.job, state=TrialState.READY)


def test_the_table_of_states_lets_nothing_through_that_it_does_not_name():
    for before in TrialState:
        for after in TrialState:
            assert may_follow(before, after) == (before == after or after in TRANSITIONS[before])


def choose(page: Client, trial: Trial, **more):
    return page.post(f"/appraisal/trial/{trial.uuid}/columns/", more)


def test_a_corrected_column_goes_into_the_mapping_and_the_rest_of_it_stays(officer, at):
    trial = make_trial(officer, TrialState.MATCHING)
    answer = choose(browser(officer), trial, **{"f1s0-c1": "attribute:角色", "f1s0-day": "3月5日"})
    assert answer.status_code == 302
    text = (folder_of(trial.uuid) / mapping_file("records-1.xlsx")).read_text()
    assert "属性列: {角色: B}" in text
    assert '日期: "3月5日"' in text
    assert "√: {}" in text
    assert Trial.objects.get().state == TrialState.SETTLING
    assert not RememberedMatching.objects.exists()


def test_what_an_attribute_is_where_nothing_is_written_goes_into_the_mapping(officer, at):
    trial = make_trial(officer, TrialState.MATCHING)
    assert choose(browser(officer), trial, **{"f1s0-blank": "角色=参加者"}).status_code == 302
    text = (folder_of(trial.uuid) / mapping_file("records-1.xlsx")).read_text()
    assert "缺省: {角色: 参加者}" in text
    answer = choose(browser(officer), make_trial(officer, TrialState.MATCHING), **{"f1s0-blank": "参加者"})
    assert "固定取值写成“属性=取值”" in text_of(answer)


def test_what_is_not_said_clearly_is_named_at_its_sheet_and_nothing_is_settled(officer, at):
    trial = make_trial(officer, TrialState.MATCHING)
    answer = choose(browser(officer), trial, **{"f1s0-c0": "", "f1s0-kind": "", "f0s0-c0": "role:name"})
    page = text_of(answer)
    assert answer.status_code == 422
    assert "没有选哪一列是姓名（或编码、名单）。" in page
    assert "没有说这张表记的是什么事项" in page
    assert "“姓名”选了两列，请留一列。" in page
    assert not Job.objects.exists()


def test_another_header_row_is_read_again_before_anything_is_settled(officer, at):
    trial = make_trial(officer, TrialState.MATCHING)
    choose(browser(officer), trial, **{"f1s0-rows": "2-3"})
    assert Trial.objects.get().state == TrialState.READING
    assert (folder_of(trial.uuid) / "headers.json").read_text() == '{"records-1.xlsx": {"志愿服务": [1, 2]}}'


def test_a_remembered_matching_is_used_for_the_same_headers_of_the_same_person(officer, stranger, at):
    choose(
        browser(officer),
        make_trial(officer, TrialState.MATCHING),
        **{"f1s0-c1": "", "f1s0-day": "3月9日", "remember": "1"},
    )
    job = uuid4()
    mine = make_trial(officer, TrialState.READING, job=job)
    theirs = make_trial(stranger, TrialState.READING, job=job)
    for trial in (mine, theirs):
        note_proposal(trial=trial.uuid, job=job, proposal=PROPOSAL)
    texts = [(folder_of(t.uuid) / mapping_file("records-1.xlsx")).read_text() for t in (mine, theirs)]
    assert "3月9日" in texts[0]
    assert "3月9日" not in texts[1]
    assert "照上次记住的" in text_of(browser(officer).get(f"/appraisal/trial/{mine.uuid}/columns/"))


def test_a_mapping_file_is_taken_away_and_put_back(officer, at):
    trial = make_trial(officer, TrialState.MATCHING)
    page, url = browser(officer), f"/appraisal/trial/{trial.uuid}/mapping/records-1.xlsx"
    text = page.get(url).content.decode().replace("志愿服务\n", "集中学习\n", 1)
    page.post(url, {"mapping": SimpleUploadedFile("x.yaml", text.encode())})
    assert "集中学习" in page.get(url).content.decode()
    page.post(url, {"mapping": SimpleUploadedFile("x.yaml", b"a: [")})
    assert "集中学习" in page.get(url).content.decode()


def test_the_list_shows_exactly_what_is_asked_for_and_exports_it(officer, at):
    trial = make_trial(officer)
    page, base = browser(officer), f"/appraisal/trial/{trial.uuid}"

    def rows(query):
        part = page.get(f"{base}/result/{query}", headers={"HX-Request": "true"}).content.decode()
        return re.findall(r"/members/(P\d)/", part)

    assert rows("") == ["P1", "P2", "P3"]
    assert rows("?q=李四") == ["P2"]
    assert rows("?branch=一支部&state=complete") == ["P1"]
    assert rows("?band=-") == ["P2", "P3"]
    assert rows("?sort=-code") == ["P3", "P2", "P1"]
    assert rows("?sort=-total") == ["P1", "P2", "P3"]  # nobody is ranked by points
    assert rows("?q=没有这个人") == []
    book = CalamineWorkbook.from_filelike(
        BytesIO(b"".join(page.get(f"{base}/members.xlsx?state=complete").streaming_content))
    )
    assert [row[1] for row in book.get_sheet_by_name("名单").to_python()[2:3]] == ["P1"]


def test_a_statement_adds_up_and_says_why_something_did_not_count(officer, at):
    trial = make_trial(officer)
    answer = browser(officer).get(f"/appraisal/trial/{trial.uuid}/members/P1/")
    page = text_of(answer)
    counted = [int(n) for n in re.findall(r'data-counted="(-?\d+)"', answer.content.decode())]
    assert sum(counted) == 1400
    assert "合计 14.00 分" in page
    assert "本项月上限，2.00 未计" in page
    assert "志愿服务!D5" in page
    assert "距五星还差 4.50" in page
    earlier = text_of(browser(officer).get(f"/appraisal/trial/{trial.uuid}/members/P1/?month=2026-02"))
    assert "还差" not in earlier  # a month that is over says nothing about the way to the next band
    assert "（至2月）" in earlier
    assert browser(officer).get(f"/appraisal/trial/{trial.uuid}/members/P9/").status_code == 404


def test_problems_are_filtered_and_taken_away_as_a_workbook(officer, at):
    trial = make_trial(officer, TrialState.PROBLEMS)
    page, base = browser(officer), f"/appraisal/trial/{trial.uuid}"
    assert "志愿服务!D4" in text_of(page.get(f"{base}/problems/"))
    assert "没有这样的问题" in text_of(page.get(f"{base}/problems/?sheet=别的"))
    content = b"".join(page.get(f"{base}/problems.xlsx").streaming_content)
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name("问题").to_python()
    assert ["一季度.xlsx", "志愿服务", "D4"] in [row[:3] for row in rows]


def test_the_template_of_a_pack_can_be_downloaded(officer, at):
    answer = browser(officer).get("/appraisal/trial/template/?pack=example-4x-points/member-points")
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))
    assert "填写说明" in book.sheet_names


def test_the_pages_speak_english_too(officer, at):
    made = {"title": "x", "files": [{"role": "roster", "stored": "roster.xlsx", "name": "a.xlsx"}]}
    trial = make_trial(officer, **made)
    page = browser(officer)
    for path in (
        "/appraisal/trial/",
        f"/appraisal/trial/{trial.uuid}/result/",
        f"/appraisal/trial/{trial.uuid}/problems/",
    ):
        main = page.get(path, headers={"Accept-Language": "en"}).content.decode().split("<main")[1].split("</main>")[0]
        left = set(
            re.findall(r"[一-鿿]+", re.sub(r"<(time|td|th|option|a|li|p class=\"muted\")[^>]*>.*?</\1>", "", main))
        )
        assert not left & {"党员", "试算", "花名册", "下载积分单", "删除", "保留这次试算", "筛选"}, left


def settle_example(viewer, records="records-2026Q1.xlsx", **more):
    """The example as the worker settles it, without the worker."""
    uploads = [
        Upload(role, name, [(EXAMPLE / name).read_bytes()])
        for role, name in (("roster", "roster.xlsx"), ("records", records))
    ]
    wanted = Wanted(packs_to_try()[0], Month(2026, 3), example=True, **more)
    trial = begin_trial(wanted=wanted, uploads=uploads, actor=viewer, now=NOW)
    found = settle(wanted_of(trial, now=NOW), folder_of(trial.uuid), lambda done, total, words="": None)
    state = TrialState.READY if found["settled"] else TrialState.PROBLEMS
    note_state(trial=trial.uuid, job=trial.job, state=state)
    return trial, found


def test_every_statement_of_the_example_adds_up_and_its_pages_open(officer, at):
    trial, found = settle_example(officer)
    assert found == {"settled": True, "problems": 0, "members": 302}
    with closing(sqlite3.connect(folder_of(trial.uuid) / "result.sqlite")) as result:
        bodies = [unpacked(body) for (body,) in result.execute("SELECT body FROM statements")]
    assert len(bodies) == 906
    assert all(sum(line["counted"] for line in body["lines"]) == (body["total"] or 0) for body in bodies)
    page, base = browser(officer), f"/appraisal/trial/{trial.uuid}"
    for path in ("/members/QY0507/", "/result/", "/result/?q=QY05&state=complete"):
        assert page.get(base + path).status_code == 200, path


def test_the_errors_of_the_example_stop_it_and_are_all_named(officer, at):
    trial, found = settle_example(officer, "records-with-errors.xlsx")
    assert found["settled"] is False
    problems = json.loads((folder_of(trial.uuid) / "problems.json").read_text())
    errors = [p for p in problems if p["severity"] == "error"]
    assert len(errors) == 10
    assert all(p["place"]["sheet"] and p["place"]["cell"] for p in errors)
    assert not (folder_of(trial.uuid) / "result.sqlite").exists()
    assert not (folder_of(trial.uuid) / "out").exists()


def test_what_would_reach_the_next_band_is_proved_after_the_result_stands(officer, at):
    trial, _found = settle_example(officer)
    folder = folder_of(trial.uuid)
    page = browser(officer)
    assert "正在逐项加入重新核算" in text_of(page.get(f"/appraisal/trial/{trial.uuid}/members/QY0507/"))
    with closing(sqlite3.connect(folder / "reach.sqlite")) as proved, proved:
        proved.executescript(REACH_TABLES)
        proved.execute("ATTACH ? AS result", [str(folder / "result.sqlite")])
        proved.execute("INSERT INTO reach SELECT code, '[]' FROM result.members WHERE code <> 'QY0507'")
    prove(wanted_of(trial, now=NOW), folder, lambda done, total, words="": None)
    said = text_of(page.get(f"/appraisal/trial/{trial.uuid}/members/QY0507/"))
    assert "以下任一项可以达到" in said
    assert "志愿服务（组织者） 1 次 → 270.50 分，五星" in said


def test_the_web_process_loads_neither_an_engine_nor_a_reader():
    code = (
        "import django, sys; django.setup(); from django.urls import get_resolver; get_resolver().url_patterns;"
        "import linghang.apps.appraisal.urls, linghang.apps.appraisal.tasks;"
        "print([m for m in ('duckdb', 'pyarrow', 'numpy', 'openpyxl', 'python_calamine', 'typst') if m in sys.modules])"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "linghang.config.settings", "LINGHANG_DATA_DIR": str(settings.DATA_DIR)}
    found = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
