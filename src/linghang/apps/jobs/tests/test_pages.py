"""What a person sees of his jobs, and that nobody else sees it."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from linghang.apps.jobs.data import JobState
from linghang.apps.jobs.models import Job
from linghang.apps.jobs.policies import may_still_see
from linghang.apps.jobs.queries import folder_of
from linghang.apps.jobs.scopes import scope_snapshot
from linghang.apps.jobs.upkeep import purge_expired, sweep_folders
from linghang.ui.web.scope import Scope
from linghang.ui.web.viewer import Grant

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
FINAL = {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


def browser(viewer) -> Client:
    user = get_user_model().objects.get(uuid=viewer.uuid)
    user.must_change_password = False
    user.save()
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def a_job(viewer, state=JobState.RUNNING, **values) -> Job:
    starter = get_user_model().objects.get(uuid=viewer.uuid)
    ended = {"finished_at": NOW} if state in FINAL else {}
    defaults = {"kind": "test.file", "title": "3月积分试算", "created_at": NOW, "expires_at": NOW + timedelta(days=7)}
    return Job.objects.create(starter=starter, state=state, **(defaults | ended | values))


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def without_tokens(html: str) -> str:
    masked = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "token", html)
    masked = re.sub(r"hx-headers='[^']+'", "token", masked)
    return re.sub(r'name="next" value="[^"]+"', "address of this page", masked)


def test_the_list_shows_only_ones_own_jobs_and_filters_by_state(officer, secretary):
    a_job(officer, title="我的试算")
    a_job(officer, JobState.FAILED, title="我的导入")
    a_job(secretary, title="别人的导出")
    page = browser(officer)
    everything = text_of(page.get("/jobs/"))
    assert "我的试算" in everything
    assert "我的导入" in everything
    assert "别人的导出" not in everything
    assert "我的导入" not in text_of(page.get("/jobs/?show=open"))
    assert "我的试算" not in text_of(page.get("/jobs/?show=failed"))


def test_an_empty_list_says_what_would_stand_there(officer):
    assert "您开始导入、核算或导出后，进度和结果会在这里。" in text_of(browser(officer).get("/jobs/"))
    assert "没有这种状态的任务" in text_of(browser(officer).get("/jobs/?show=done"))


@pytest.mark.parametrize("path", ["", "files/积分单.txt"])
def test_another_persons_job_does_not_exist(officer, secretary, path):
    job = a_job(officer, JobState.DONE, result={"files": [{"name": "积分单.txt", "path": "out.txt"}]})
    theirs = browser(secretary).get(f"/jobs/{job.uuid}/{path}")
    nobodys = browser(secretary).get(f"/jobs/{uuid4()}/{path}")
    assert theirs.status_code == nobodys.status_code == 404
    assert without_tokens(theirs.content.decode()) == without_tokens(nobodys.content.decode())


def test_another_person_cannot_cancel_it(officer, secretary):
    job = a_job(officer)
    assert browser(secretary).post(f"/jobs/{job.uuid}/cancel/").status_code == 404
    job.refresh_from_db()
    assert job.state == JobState.RUNNING


def test_a_running_job_asks_for_itself_every_second_and_a_finished_one_stops(officer):
    running, done = a_job(officer, done=120, total=299, words="核算"), a_job(officer, JobState.DONE)
    page = browser(officer)
    moving = page.get(f"/jobs/{running.uuid}/").content.decode()
    assert 'hx-trigger="every 1s"' in moving
    assert '<progress aria-label="核算" value="120" max="299">' in moving
    assert "every 1s" not in page.get(f"/jobs/{done.uuid}/").content.decode()


@pytest.mark.parametrize("after", [JobState.RUNNING, JobState.CANCELLING, *sorted(FINAL)])
def test_the_part_that_moves_put_into_the_old_page_is_the_fresh_page(officer, after):
    job = a_job(officer, JobState.WAITING)
    page = browser(officer)
    old = page.get(f"/jobs/{job.uuid}/").content.decode()
    Job.objects.filter(pk=job.pk).update(
        state=after, done=7, total=9, words="第7行", failure="没有完成的原因",
        finished_at=NOW if after in FINAL else None,
        result={"words": "共9行", "files": [{"name": "积分单.xlsx", "path": "out.xlsx"}], "links": []},
        problems=[{"place": {"sheet": "名册", "cell": "B7"}, "code": "x", "message": "不是日期", "hint": "改正"}],
    )  # fmt: skip
    part = page.get(f"/jobs/{job.uuid}/", headers={"HX-Request": "true"}).content.decode()
    fresh = page.get(f"/jobs/{job.uuid}/").content.decode()
    start, end = old.index('<div id="job-live"'), old.index("</main>")
    old_part = without_tokens(old[start:end]).rstrip()
    patched = without_tokens(old).replace(old_part, without_tokens(part).strip())
    assert re.sub(r"\s+", " ", patched) == re.sub(r"\s+", " ", without_tokens(fresh))
    assert without_tokens(old) != without_tokens(fresh)


def test_cancelling_from_the_page_works_with_and_without_script(officer):
    page = browser(officer)
    first, second = a_job(officer), a_job(officer)
    assert "正在停止" in text_of(page.post(f"/jobs/{first.uuid}/cancel/", headers={"HX-Request": "true"}))
    assert page.post(f"/jobs/{second.uuid}/cancel/").headers["Location"] == f"/jobs/{second.uuid}/"
    assert {job.state for job in Job.objects.all()} == {JobState.CANCELLING}


def test_a_finished_job_is_not_cancelled_any_more(officer):
    job = a_job(officer, JobState.DONE)
    browser(officer).post(f"/jobs/{job.uuid}/cancel/")
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_a_result_file_is_handed_out_as_an_attachment_and_never_kept_by_the_browser(officer, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    job = a_job(officer, JobState.DONE, result={"files": [{"name": "积分单.html", "path": "out.html"}]})
    folder_of(job.uuid).mkdir(parents=True)
    (folder_of(job.uuid) / "out.html").write_text("<script>")
    answer = browser(officer).get(f"/jobs/{job.uuid}/files/积分单.html")
    assert b"".join(answer.streaming_content) == b"<script>"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]


def test_an_expired_job_loses_folder_and_content_and_its_page_says_so(officer, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    result = {"words": "共9行", "files": [{"name": "a.txt", "path": "a.txt"}], "links": []}
    old = a_job(officer, JobState.DONE, result=result, arguments={"period": "2026-03"})
    fresh = a_job(officer, JobState.DONE, result=result, expires_at=NOW + timedelta(days=30))
    for job in (old, fresh):
        folder_of(job.uuid).mkdir(parents=True)
        (folder_of(job.uuid) / "a.txt").write_text("x")
    assert purge_expired(now=NOW + timedelta(days=7)) == 1
    assert not folder_of(old.uuid).exists()
    assert folder_of(fresh.uuid).exists()
    old.refresh_from_db()
    assert (old.arguments, old.result) == ({}, {})
    page = browser(officer)
    assert "结果已到期清除" in text_of(page.get(f"/jobs/{old.uuid}/"))
    assert page.get(f"/jobs/{old.uuid}/files/a.txt").status_code == 404


def test_a_result_is_not_shown_any_more_when_the_post_behind_it_has_ended(officer, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    scope = {"subtrees": ["4/17/"], "nodes": []}
    result = {"words": "共9行", "files": [{"name": "a.txt", "path": "a.txt"}], "links": []}
    job = a_job(officer, JobState.DONE, scope=scope, result=result)
    folder_of(job.uuid).mkdir(parents=True)
    (folder_of(job.uuid) / "a.txt").write_text("x")
    page = browser(officer)
    shown = text_of(page.get(f"/jobs/{job.uuid}/"))
    assert "已不在您现在的工作范围内" in shown
    assert "共9行" not in shown
    assert page.get(f"/jobs/{job.uuid}/files/a.txt").status_code == 404


OFFICER, MEMBER = ("officer", "4/17/"), ("member", "4/17/")


@pytest.mark.parametrize(
    ("started_by", "held", "seen"),
    [
        ([OFFICER], [OFFICER], True),
        ([OFFICER], [("officer", "4/")], True),
        ([OFFICER, ("officer", "4/18/")], [OFFICER], False),
        ([OFFICER], [("officer", "4/1/")], False),
        ([OFFICER], [MEMBER], False),  # still there, but not in the post by which it was made
        ([OFFICER], [("system_admin", "")], False),
        ([("system_admin", "")], [("system_admin", "")], True),
    ],
)
def test_an_outcome_is_seen_by_whoever_still_holds_the_posts_behind_it(started_by, held, seen):
    scope = scope_snapshot(Scope(subtrees=tuple(path for _role, path in started_by), posts=tuple(started_by)))
    assert may_still_see(scope, [Grant(role, path, None, "") for role, path in held]) is seen


def test_an_outcome_of_ones_own_needs_no_post_and_places_without_a_post_are_nobodys():
    assert may_still_see(scope_snapshot(Scope()), [])
    assert not may_still_see(scope_snapshot(Scope(nodes=("4/17/",))), [Grant("officer", "4/17/", None, "")])


def test_folders_of_no_job_are_swept_and_those_of_jobs_stay(officer, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    job = a_job(officer)
    for folder in (folder_of(job.uuid), folder_of(uuid4()), tmp_path / "jobs" / "stray"):
        folder.mkdir(parents=True)
    assert sweep_folders() == 2
    assert [folder.name for folder in (tmp_path / "jobs").iterdir()] == [str(job.uuid)]


def test_the_pages_speak_english_too(officer):
    job = a_job(officer, JobState.DONE, title="x", kind="test.file")
    page = browser(officer)
    for path in ("/jobs/", f"/jobs/{job.uuid}/"):
        main = page.get(path, headers={"Accept-Language": "en"}).content.decode().split("<main")[1].split("</main>")[0]
        assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"<time.*?</time>", "", main)), main
