"""The inspector's pages, comparing with what was reported, and what stands on pages of other rooms."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from linghang.apps.access.tests.world import LONG_AGO, make_account
from linghang.apps.jobs.models import Job
from linghang.apps.jobs.running import run_job
from linghang.apps.ledger.data import NewFact
from linghang.apps.ledger.models import Draw, Fact, VerificationRun
from linghang.apps.ledger.operations import record
from linghang.apps.ledger.queries.pages_norms import year_of_life
from linghang.apps.ledger.tests.world import NOW, TODAY, scope_of_user, viewer, volunteered
from linghang.apps.org.data import NewPerson
from linghang.apps.org.operations import add_people
from linghang.ui.web.scope import system_scope, use_scope
from linghang.ui.web.writing import SYSTEM


def recorded(user, items, now=NOW):
    with use_scope(scope_of_user(user)):
        return record(items=items, actor=viewer(user), now=now)


@pytest.fixture
def enter():
    def signed_in(user):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


@pytest.fixture
def inspector(units, enter):
    return enter(make_account("inspector", "inspector", units["parent"].node))


@pytest.fixture
def belated(secretary, people):
    """Twelve records of six days, written down on one day, the first one 60 days late."""
    days = [TODAY - timedelta(days=days) for days in (60, 40, 20, 10, 2, 0)]
    items = [
        NewFact("service.volunteer", one.uuid, day, quantity=10_000, attributes={"role": "participant"})
        for day in days
        for one in people[:2]
    ]
    return recorded(secretary, items)


def rows_of(answer):
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_late_list_says_who_recorded_how_many_days_later(inspector, belated):
    page = inspector.get(reverse("ledger:late"))
    [row] = page.context["page"].rows
    assert (row.place, row.recorder, row.records, row.late, row.most) == ("磨浮党支部", "secretary同志", 12, 8, 60)
    assert inspector.get(reverse("ledger:late"), {"late": "50"}).context["page"].rows[0].late == 2
    assert inspector.get(reverse("ledger:late"), {"late": "2"}).context["page"].rows[0].late == 10
    past_the_end = inspector.get(reverse("ledger:late"), {"page": "7"}).context["page"]
    assert (past_the_end.number, past_the_end.total, past_the_end.rows) == (1, 1, [row])
    assert "没有补录" in inspector.get(reverse("ledger:late"), {"late": "90"}).content.decode()
    saved = rows_of(inspector.get(reverse("ledger:late"), {"export": "xlsx"}))
    assert ["磨浮党支部", "secretary同志", 12, 8] in [row[:4] for row in saved]


def test_a_day_on_which_many_days_were_entered_is_listed(inspector, belated):
    [row] = inspector.get(reverse("ledger:mass")).context["rows"]
    assert (row.recorded_on, row.records, row.days) == (TODAY, 12, 6)
    assert not inspector.get(reverse("ledger:mass"), {"many": "13"}).context["rows"]
    assert not inspector.get(reverse("ledger:mass"), {"days_apart": "7"}).context["rows"]
    assert len(rows_of(inspector.get(reverse("ledger:mass"), {"export": "1"}))) > 3


def test_a_sample_can_be_drawn_again_and_later_records_do_not_change_it(
    inspector, belated, units, secretary, people, settings
):
    settings.DEMO_TODAY = TODAY + timedelta(days=1)  # after all that is recorded, at whatever hour this runs
    asked = {
        "place": str(units["parent"].node.uuid),
        "since": "2026-01-01",
        "until": TODAY.isoformat(),
        "size": "5",
        "seed": "2026春季",
    }
    first = inspector.post(reverse("ledger:draws"), asked)
    drawn = [row.uuid for row in inspector.get(first.url).context["rows"]]
    assert len(drawn) == 5
    recorded(secretary, [volunteered(people[3])], now=NOW + timedelta(days=3))
    assert [row.uuid for row in inspector.get(first.url).context["rows"]] == drawn
    with system_scope(reason="test"):
        made = Draw.objects.get()
    assert (made.seed, made.population) == ("2026春季", 12)
    assert "12 条中抽出 5 条" in inspector.get(first.url).content.decode()
    assert len(rows_of(inspector.get(first.url, {"export": "1"}))) > 7


def test_without_a_seed_one_is_made_and_kept(inspector, belated, units):
    asked = {"place": str(units["parent"].node.uuid), "since": "2026-01-01", "until": TODAY.isoformat(), "size": "3"}
    inspector.post(reverse("ledger:draws"), asked)
    with system_scope(reason="test"):
        assert len(Draw.objects.get().seed) == 16
    answer = inspector.post(reverse("ledger:draws"), asked | {"until": "2025-01-01"})
    assert "起止日期颠倒了" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_verification_is_a_job_and_leaves_one_line(inspector, belated):
    answer = inspector.post(reverse("ledger:verify"))
    assert "/jobs/" in answer.url
    job = Job.objects.get()
    run_job(uuid=job.uuid, clock=lambda: NOW)
    job.refresh_from_db()
    assert job.result["words"] == "核验通过"
    with system_scope(reason="test"):
        run = VerificationRun.objects.get()
    assert run.passed
    assert run.rows >= 12
    assert "核验通过" in inspector.get(reverse("ledger:verify")).content.decode()
    assert "核验通过" in inspector.get(reverse("portal:home")).content.decode()


def test_reported_numbers_stand_beside_what_is_recorded_and_unknown_is_not_zero(inspector, secretary, branch):
    recorded(secretary, [NewFact("theme-day.held", branch.uuid, TODAY)])
    asked = {"norm": "theme-day-monthly", "year": "2026"}
    [line] = inspector.get(reverse("ledger:reconcile"), asked).context["page"].rows
    assert (line.name, line.expected, line.reported, line.recorded, line.difference) == ("磨浮党支部", 2, None, 1, -1)
    assert "未报" in inspector.get(reverse("ledger:reconcile"), asked).content.decode()
    address = f"{reverse('ledger:report')}?norm=theme-day-monthly&year=2026"
    assert inspector.post(address, {f"n-{branch.uuid}": "12"}).status_code == 422
    inspector.post(address, {f"n-{branch.uuid}": "12", "source": "2月上报表"})
    page = inspector.get(reverse("ledger:reconcile"), asked)
    [line] = page.context["page"].rows
    assert (line.reported.number, line.difference) == (12, -11)
    assert "2月上报表" in page.content.decode()
    [[_line, url]] = page.context["lines"]
    assert inspector.get(url).context["page"].total == 1
    saved = rows_of(inspector.get(reverse("ledger:reconcile"), asked | {"export": "1"}))
    assert ["磨浮党支部", 2, 12, "2月上报表", 1, -11] in [row[:6] for row in saved]


def test_a_corrected_number_replaces_the_old_one_which_stays(inspector, branch):
    address = f"{reverse('ledger:report')}?norm=theme-day-monthly&year=2026"
    for number in ("12", "12", "11"):
        inspector.post(address, {f"n-{branch.uuid}": number, "source": "上报表"})
    page = inspector.get(reverse("ledger:reconcile"), {"norm": "theme-day-monthly", "year": "2026"})
    assert page.context["page"].rows[0].reported.number == 11


def test_the_year_of_a_branch_tells_done_late_missing_open_and_not_applicable(secretary, branch, people, units):
    with system_scope(reason="test"):
        rows = [
            NewPerson(f"党员{n}", LONG_AGO, branch=branch.uuid, standing="full_member", standing_from=LONG_AGO)
            for n in range(3)
        ]
        add_people(rows=rows, actor=SYSTEM, now=NOW)
    recorded(
        secretary,
        [
            NewFact("theme-day.held", branch.uuid, TODAY),
            NewFact("theme-day.held", branch.uuid, TODAY - timedelta(days=40)),
        ],
    )
    with use_scope(scope_of_user(secretary)):
        year = {row.id: row for row in year_of_life(branch.uuid, 2026, on=TODAY).rows}
    months = [cell.state for cell in year["theme-day-monthly"].cells]
    assert months[:4] == ["late", "missing", "done", "open"]
    assert len(months) == 12
    assert year["committee-meeting-monthly"].cells[0].state == "none"
    assert year["committee-meeting-monthly"].cells[0].why == "正式党员不足7人，不设支委会"
    assert year["group-meeting-monthly"].cells[0].why == "没有党小组"
    assert [cell.period.months for cell in year["general-meeting-quarterly"].cells] == [3, 3, 3, 3]


def test_the_branch_page_and_the_person_page_show_records(enter, secretary, branch):
    with system_scope(reason="test"):
        row = NewPerson("党员甲", LONG_AGO, branch=branch.uuid, standing="full_member", standing_from=LONG_AGO)
        [person] = add_people(rows=[row], actor=SYSTEM, now=NOW).people
    done = recorded(secretary, [NewFact("study.hours", person, TODAY, quantity=20_000, attributes={"form": "class"})])
    browser = enter(secretary)
    shown = browser.get(reverse("org:branch", args=[branch.uuid])).content.decode()
    assert "2026年组织生活" in shown
    page = browser.get(reverse("org:person", args=[person])).content.decode()
    assert reverse("ledger:fact", args=[done.facts[0]]) in page


def test_the_front_page_offers_what_is_not_recorded_yet(enter, secretary, branch):
    shown = enter(secretary).get(reverse("portal:home")).content.decode()
    assert "录3月“主题党日”" in shown
    recorded(secretary, [NewFact("theme-day.held", branch.uuid, TODAY)])
    assert "录3月“主题党日”" not in enter(secretary).get(reverse("portal:home")).content.decode()


def test_whoever_administers_the_system_sees_no_records(enter, belated):
    administrator = enter(make_account("root", "system_admin"))
    with system_scope(reason="test"):
        fact = Fact.objects.first()
    for address in ("ledger:list", "ledger:late", "ledger:verify", "ledger:reconcile", "ledger:record"):
        assert administrator.get(reverse(address)).status_code == 403
    assert administrator.get(reverse("ledger:fact", args=[fact.uuid])).status_code == 403
