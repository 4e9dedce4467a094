"""承诺践诺: few, measurable, with a day; somebody else says whether they were kept."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from linghang.apps.appraisal.models import Commitment
from linghang.apps.appraisal.tests.statements_world import points_world
from linghang.apps.ledger.queries.single import written_fact
from linghang.ui.web.scope import system_scope

TODAY = date(2026, 4, 8)
GOOD = {
    "text": "每月上门帮独居职工检修一次线路",
    "beneficiary": "二号楼独居职工",
    "measure": "上门 6 次",
    "due": "2026-11-30",
}


@pytest.fixture(autouse=True)
def _today(settings):
    settings.DEMO_TODAY = TODAY


@pytest.fixture
def browser(db):
    world = points_world()

    def sign_in(who: str) -> Client:
        client = Client()
        client.force_login(world.users[who], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def make(browser, **changes):
    return browser("member").post(reverse("appraisal:commitment-make"), GOOD | changes)


def made():
    with system_scope(reason="test"):
        return list(Commitment.objects.order_by("number"))


def step(browser, who, name, row, **given):
    return browser(who).post(reverse(f"appraisal:commitment-{name}", args=[row.uuid]), given)


@pytest.mark.row("S5-35")
def test_a_vague_commitment_or_one_without_a_day_is_refused_beside_its_field(browser):
    for wrong, words in (
        ({"due": ""}, "这个字段是必填项"),
        ({"due": "2026-04-08"}, "完成日期要在今天以后"),
        ({"measure": "尽力做好"}, "请写一个数"),
        ({"text": "好好干"}, "承诺太笼统"),
    ):
        answer = make(browser, **wrong)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert made() == []


@pytest.mark.row("S5-35")
def test_the_rate_of_the_wall_is_that_of_its_list_and_unknown_while_nothing_is_judged(browser):
    for day in ("2026-06-30", "2026-09-30", "2026-11-30"):
        assert make(browser, due=day).status_code == 302
    assert "已有 3 条承诺" in make(browser, due="2026-12-20").content.decode()
    wall = reverse("appraisal:commitments")
    assert "兑现率未知" in browser("secretary").get(wall).content.decode()
    first, second, third = made()
    assert step(browser, "member", "report", first, proof="走访记录 6 次").status_code == 302
    assert step(browser, "secretary", "judge", first, kept="yes").status_code == 302
    assert step(browser, "member", "report", second, proof="记录本").status_code == 302
    silent = step(browser, "secretary", "judge", second, kept="no")
    assert silent.status_code == 422
    assert "要写明理由" in silent.content.decode()
    assert step(browser, "secretary", "judge", second, kept="no", reason="只去了 2 次").status_code == 302
    early = step(browser, "secretary", "judge", third, kept="yes")
    assert "还没到完成日期" in early.content.decode()
    page = browser("secretary").get(wall).content.decode()
    assert "只去了 2 次" in page
    assert "（<span data-number data-leaf>50</span>%）" in page
    kept = browser("secretary").get(wall + "?year=2026&state=kept").content.decode()
    assert kept.count('<th scope="row">') == 1


@pytest.mark.row("S5-35")
@pytest.mark.parametrize("judge", ["secretary", "organiser", "officer"])
def test_what_was_kept_is_a_record_that_the_scheme_counts_and_what_was_not_is_none(browser, judge):
    for day in ("2026-06-30", "2026-09-30"):
        make(browser, due=day)
    first, second = made()
    for row in (first, second):
        step(browser, "member", "report", row, proof="走访记录 6 次")
    assert step(browser, judge, "judge", first, kept="yes").status_code == 302
    assert step(browser, judge, "judge", second, kept="no", reason="只去了 2 次").status_code == 302
    kept, other = made()
    assert other.fact is None
    with system_scope(reason="test"):
        written = written_fact(kept.fact)
    assert (written.kind, written.subject, written.occurred_on) == ("commitment.kept", kept.person.uuid, TODAY)
    wall = browser("secretary").get(reverse("appraisal:commitments")).content.decode()
    assert wall.count(reverse("ledger:fact", args=[kept.fact])) == 1
    assert browser("secretary").get(reverse("ledger:fact", args=[kept.fact])).status_code == 200


def test_nobody_judges_his_own_and_nobody_writes_in_anothers_place(browser):
    make(browser)
    (row,) = made()
    for who in ("secretary", "colleague", "neighbour"):
        assert step(browser, who, "report", row, proof="x").status_code == 404
    assert step(browser, "member", "judge", row, kept="yes").status_code == 403
    assert step(browser, "neighbour", "judge", row, kept="yes").status_code == 404


@pytest.mark.row("S5-35")
def test_the_member_notes_progress_in_the_middle_of_the_year(browser):
    make(browser)
    (row,) = made()
    assert step(browser, "member", "midway", row, note="已上门 3 次").status_code == 302
    assert "已上门 3 次" in browser("secretary").get(reverse("appraisal:commitments")).content.decode()


def test_a_colleague_sees_only_his_own_wall(browser):
    make(browser)
    assert "二号楼独居职工" not in browser("colleague").get(reverse("appraisal:commitments")).content.decode()
