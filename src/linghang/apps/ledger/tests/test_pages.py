"""The pages of records as their readers meet them."""

import re
import subprocess
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from linghang.apps.access.tests.world import make_account
from linghang.apps.ledger.data import NewEvent, NewEvidence
from linghang.apps.ledger.operations import record
from linghang.apps.ledger.operations.reversing import reverse as take_back
from linghang.apps.ledger.queries.pages_list import IN_STATE
from linghang.apps.ledger.tests.world import NOW, TODAY, attended, make_person, scope_of_user, viewer, volunteered
from linghang.ui.web.scope import use_scope


@pytest.fixture
def enter():
    """A browser in which somebody is signed in."""

    def signed_in(user):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


def recorded(user, items, **more):
    with use_scope(scope_of_user(user)):
        return record(items=items, actor=viewer(user), now=NOW, **more)


@pytest.fixture
def meeting(secretary, people):
    event = NewEvent("theme-day", TODAY, number="2026-3", texts={"title": "学习"})
    return recorded(secretary, [attended(one) for one in people], event=event)


def test_the_list_shows_what_was_recorded_and_opens_each(enter, secretary, meeting):
    page = enter(secretary).get(reverse("ledger:list"))
    shown = page.content.decode()
    assert "李一" in shown
    assert "主题党日 · 到会" in shown
    assert "共 4 条" in shown
    assert reverse("ledger:fact", args=[meeting.facts[0]]) in shown


def test_a_search_finds_by_name_and_by_the_number_of_the_event(enter, secretary, meeting):
    browser = enter(secretary)
    one = browser.get(reverse("ledger:list"), {"q": "李"}).content.decode()
    assert "共 1 条" in one
    assert "王二" not in one
    assert "共 4 条" in browser.get(reverse("ledger:list"), {"q": "2026-3"}).content.decode()
    assert "没有符合条件的记录" in browser.get(reverse("ledger:list"), {"q": "不存在"}).content.decode()


def test_filters_narrow_the_list(enter, secretary, meeting, people, branch, units):
    recorded(secretary, [volunteered(people[0])])
    browser = enter(secretary)

    def count(**asked):
        return browser.get(reverse("ledger:list"), asked).context["page"].total

    assert count(kind="service.volunteer") == 1
    assert count(place=str(branch.node.uuid)) == 5
    assert count(since="2026-03-06") == 0
    assert count(until="2026-03-04") == 0
    assert count(late="1") == 0
    assert count(recorder="secretary同志") == 5
    assert count(recorder="别人") == 0
    assert browser.get(reverse("ledger:list"), {"place": str(units["sibling"].node.uuid)}).context["page"].total == 5


def test_pages_follow_each_other_without_loss_or_repetition(enter, secretary, branch):
    people = [make_person(f"同志{n:02}", branch.node) for n in range(60)]
    recorded(secretary, [volunteered(one) for one in people])
    browser, seen, address = enter(secretary), [], {}
    for _page in range(3):
        page = browser.get(reverse("ledger:list"), address).context["page"]
        seen.append([row.uuid for row in page.rows])
        address = {"older": page.older}
    assert [len(rows) for rows in seen] == [25, 25, 10]
    assert len({uuid for rows in seen for uuid in rows}) == 60
    assert not page.older
    back = browser.get(reverse("ledger:list"), {"newer": page.newer}).context["page"]
    assert [row.uuid for row in back.rows] == seen[1]
    first = browser.get(reverse("ledger:list"), {"newer": back.newer}).context["page"]
    assert [row.uuid for row in first.rows] == seen[0]
    assert not first.newer


def test_a_whole_unit_finds_the_same_by_its_top_as_by_its_places(enter, secretary, meeting, people, units, monkeypatch):
    made = recorded(secretary, [volunteered(one) for one in people])
    with use_scope(scope_of_user(secretary)):
        for fact in made.facts[:2]:
            take_back(fact=fact, reason="记错了一次", actor=viewer(secretary), now=NOW)
    stranger = make_person("外人", units["other_top"].node)
    recorded(make_account("apart", "secretary", units["other_top"].node), [volunteered(stranger)])
    officer = make_account("whole", "officer", units["parent"].node)
    asked = [{}, {"kind": "service.volunteer"}, {"state": "any"}, {"state": "reversed"}, {"q": "李"}]

    def shown():
        pages = [enter(officer).get(reverse("ledger:list"), each).context["page"] for each in asked]
        return [([row.uuid for row in page.rows], page.total) for page in pages]

    by_top = shown()
    monkeypatch.setattr("linghang.apps.ledger.queries.pages_reach.whole_tops", lambda: None)
    assert shown() == by_top
    assert [total for _rows, total in by_top] == [6, 2, 10, 2, 1]


def test_a_wide_scope_finds_the_same_by_kinds_as_by_places(enter, secretary, meeting, people, branch, monkeypatch):
    recorded(secretary, [volunteered(one) for one in people])
    officer = make_account("officer", "officer", branch.node)
    narrow = [row.uuid for row in enter(officer).get(reverse("ledger:list")).context["page"].rows]
    monkeypatch.setattr("linghang.apps.ledger.queries.pages_list.NARROW", 0)
    page = enter(officer).get(reverse("ledger:list")).context["page"]
    assert [row.uuid for row in page.rows] == narrow
    assert page.total == 8
    assert enter(officer).get(reverse("ledger:list"), {"kind": "service.volunteer"}).context["page"].total == 4


def test_a_list_that_takes_too_long_is_refused_with_what_to_do(enter, secretary, meeting, monkeypatch):
    monkeypatch.setattr("linghang.apps.ledger.queries.pages_list.PATIENCE_MS", 1)
    monkeypatch.setitem(IN_STATE, "any", "pg_sleep(1) IS NOT NULL")
    answer = enter(secretary).get(reverse("ledger:list"), {"state": "any"})
    assert answer.status_code == 422
    assert "请再选组织、种类，或把日期缩短后再查" in answer.content.decode()


def test_the_export_holds_exactly_the_list(enter, secretary, meeting):
    answer = enter(secretary).get(reverse("ledger:list"), {"q": "李", "export": "xlsx"})
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any("李一" in map(str, row) for row in rows)
    assert not any("王二" in map(str, row) for row in rows)
    assert any("查找：李" in str(cell) for row in rows for cell in row)


def test_the_page_of_a_record_says_everything_about_it(enter, secretary, people):
    proof = NewEvidence("number", "北矿党〔2026〕3号")
    done = recorded(secretary, [volunteered(people[0], evidence=[proof], texts={"note": "植树"})])
    shown = enter(secretary).get(reverse("ledger:fact", args=[done.facts[0]])).content.decode()
    for words in (
        "志愿服务",
        "李一",
        "2小时",
        "参加者",
        "北矿党〔2026〕3号",
        "植树",
        "secretary同志",
        "当天记录",
        "第 1 号",
    ):
        assert words in shown


def test_a_member_sees_his_own_records_only(enter, secretary, branch, people):
    account = make_account("member", "member", branch.node)
    himself = make_person("本人", branch.node, account)
    done = recorded(secretary, [volunteered(himself), volunteered(people[0])])
    browser = enter(account)
    shown = browser.get(reverse("ledger:list")).content.decode()
    assert "本人" in shown
    assert "李一" not in shown
    assert browser.get(reverse("ledger:fact", args=[done.facts[0]])).status_code == 200
    assert browser.get(reverse("ledger:fact", args=[done.facts[1]])).status_code == 404


def test_the_person_sees_who_opened_his_record(enter, secretary, branch):
    account = make_account("member", "member", branch.node)
    done = recorded(secretary, [volunteered(make_person("本人", branch.node, account))])
    enter(secretary).get(reverse("ledger:fact", args=[done.facts[0]]))
    assert "secretary同志" in enter(account).get(reverse("audit:mine")).content.decode()


def test_a_record_is_taken_back_for_a_reason_and_both_stay_readable(enter, secretary, people):
    done = recorded(secretary, [volunteered(people[0])])
    browser, address = enter(secretary), reverse("ledger:reverse", args=[done.facts[0]])
    assert browser.post(address, {"code": "mistake", "reason": "错"}).status_code == 422
    answer = browser.post(address, {"code": "mistake", "reason": "记错了人，应为王二"}, follow=True)
    assert "这条记录已撤销" in answer.content.decode()
    assert "记错了人，应为王二" in answer.content.decode()
    assert "没有符合条件的记录" in browser.get(reverse("ledger:list"), {"q": "李"}).content.decode()
    assert "李一" in browser.get(reverse("ledger:list"), {"state": "reversed"}).content.decode()
    assert "李一" in browser.get(reverse("ledger:list"), {"state": "reversal"}).content.decode()


def test_a_whole_event_is_taken_back(enter, secretary, meeting, people, settings):
    settings.DEMO_TODAY = TODAY + timedelta(days=1)  # long after recording, at whatever hour this runs
    browser = enter(secretary)
    event = reverse("ledger:event", args=[meeting.event])
    assert "学习" in browser.get(event).content.decode()
    address = reverse("ledger:undo", args=[meeting.event])
    assert browser.post(address).status_code == 422
    answer = browser.post(address, {"reason": "日期录错了"}, follow=True)
    assert "已撤销这次活动的4条记录" in answer.content.decode()
    assert browser.get(reverse("ledger:list")).context["page"].total == 0


@pytest.mark.row("S5-26")
def test_every_record_of_a_printed_file_names_its_number_and_the_number_opens_it(enter, secretary, meeting, people):
    recorded(secretary, [volunteered(people[0])])
    browser = enter(secretary)
    printed = b"".join(browser.get(reverse("org:person-print", args=[people[0].uuid])).streaming_content)
    raw = subprocess.run(["pdftotext", "-raw", "-", "-"], input=printed, capture_output=True, check=True).stdout
    numbers = re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.sub(r"\s", "", raw.decode()))
    opened = [browser.get(reverse("ledger:fact", args=[number])).content.decode() for number in numbers]
    assert ["主题党日" in page for page in opened] == [False, True]
    assert all("李一" in page for page in opened)


def test_who_was_ticked_wrongly_is_put_right_in_the_same_meeting(enter, secretary, meeting):
    """Duty instead of presence: the old record stays as cancelled, the new one stands among the others'."""
    browser, wrong = enter(secretary), meeting.facts[0]
    page = browser.get(reverse("ledger:fact", args=[wrong])).content.decode()
    assert "改正这条记录" in page
    given = {"right-a-meeting": "theme-day", "right-a-presence": "absent", "right-a-reason": "duty"}
    address = reverse("ledger:correct", args=[wrong])
    same = {**given, "right-a-presence": "present", "right-a-reason": "none", "right-why": "没有改什么"}
    refused = browser.post(address, same)
    assert refused.status_code == 422
    assert "改正后的内容和原来一样" in refused.content.decode()
    short = browser.post(address, given | {"right-why": "错"})
    assert short.status_code == 422
    told = browser.post(address, given | {"right-why": "当天出公差"}, follow=True).content.decode()
    assert "已改正" in told
    assert "公差" in told
    assert "已撤销" in browser.get(reverse("ledger:fact", args=[wrong])).content.decode()
    event = browser.get(reverse("ledger:event", args=[meeting.event])).content.decode()
    assert event.count("缺席 · 公差") == 1
    again = browser.post(address, given | {"right-why": "当天出公差"})
    assert again.status_code == 409
