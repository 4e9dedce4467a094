"""Recording a meeting as a branch secretary does it."""

from datetime import timedelta
from io import BytesIO

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from linghang.apps.access.tests.world import LONG_AGO, make_account
from linghang.apps.ledger.data.occasions import occasions
from linghang.apps.ledger.models import Evidence, Fact
from linghang.apps.ledger.queries.pages_people import expected
from linghang.apps.ledger.queries.pages_words import kinds_on
from linghang.apps.ledger.tests.world import NOW, TODAY, viewer
from linghang.apps.org.data import NewPerson
from linghang.apps.org.operations import add_people, close_organisation, join
from linghang.apps.org.tests.world import make_organisation
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM

ADDRESS = "ledger:record"


def enrol(branch, *names, standing="full_member"):
    with system_scope(reason="test"):
        rows = [
            NewPerson(name, LONG_AGO, branch=branch.uuid, standing=standing, standing_from=LONG_AGO) for name in names
        ]
        return dict(zip(names, add_people(rows=rows, actor=SYSTEM, now=NOW).people, strict=True))


@pytest.fixture
def roster(branch):
    return enrol(branch, *(f"党员{n:02}" for n in range(20)))


@pytest.fixture
def browser(secretary):
    return _enter(secretary)


def _enter(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def prefilled(browser, **asked):
    """What the open form already holds, as a browser would send it back."""
    form = browser.get(reverse(ADDRESS), asked).context["form"]
    values = {name: form[name].value() for name in form.fields}
    for name, field in form.fields.items():
        if values[name] is None and hasattr(field, "choices"):
            values[name] = field.choices[0][0]
    return {"what": asked["what"], **{name: value for name, value in values.items() if value is not None}}


def test_the_chooser_finds_kinds_by_title_and_by_other_words(browser):
    page = browser.get(reverse(ADDRESS)).content.decode()
    assert "主题党日" in page
    assert "志愿服务" in page
    found = browser.get(reverse(ADDRESS), {"q": "考勤"}).content.decode()
    assert "主题党日" in found
    assert "志愿服务" not in found
    assert "没有这种记录" in browser.get(reverse(ADDRESS), {"q": "没有的"}).content.decode()


def test_a_meeting_of_twenty_takes_at_most_eight_things_by_hand(browser, roster, branch):
    known = prefilled(browser, what="theme-day")
    by_hand = [
        ("title", "学习新党章"),
        *[(f"roll-{roster[f'党员{n:02}']}", "absent.duty") for n in range(4, 8)],
        (f"roll-{roster['党员03']}", "absent.sick"),
        (f"roll-{roster['党员08']}", "absent"),
        (f"roll-{roster['党员09']}", "late"),
    ]
    assert len(by_hand) <= 8
    answer = browser.post(reverse(ADDRESS), known | dict(by_hand), follow=True)
    assert "已录入21条记录" in answer.content.decode()
    assert "学习新党章" in answer.content.decode()
    assert "撤销" in answer.content.decode()
    with system_scope(reason="test"):
        facts = {fact.subject.uuid: fact for fact in Fact.objects.select_related("subject")}
    assert facts[branch.uuid].kind == "theme-day.held"
    assert facts[roster["党员03"]].attributes == {"meeting": "theme-day", "presence": "absent", "reason": "sick"}
    assert facts[roster["党员08"]].attributes == {"meeting": "theme-day", "presence": "absent", "reason": "none"}
    assert facts[roster["党员09"]].attributes == {"meeting": "theme-day", "presence": "late", "reason": "none"}
    assert facts[roster["党员00"]].attributes == {"meeting": "theme-day", "presence": "present", "reason": "none"}


def test_who_came_late_may_have_a_reason_and_who_was_there_has_none(browser, roster):
    late, there = roster["党员03"], roster["党员04"]
    said = {f"roll-{late}": "late", f"reason-{late}": "duty", f"reason-{there}": "sick"}
    browser.post(reverse(ADDRESS), prefilled(browser, what="theme-day") | said)
    with system_scope(reason="test"):
        facts = {fact.subject.uuid: fact.attributes for fact in Fact.objects.select_related("subject")}
    assert (facts[late]["presence"], facts[late]["reason"]) == ("late", "duty")
    assert (facts[there]["presence"], facts[there]["reason"]) == ("present", "none")


@pytest.mark.parametrize("said", ["flown", "absent.flown", ""])
def test_what_no_form_offers_is_refused_and_nothing_is_recorded(browser, roster, said):
    answer = browser.post(reverse(ADDRESS), prefilled(browser, what="theme-day") | {f"roll-{roster['党员03']}": said})
    assert answer.status_code == 422
    with system_scope(reason="test"):
        assert not Fact.objects.exists()


def test_the_same_meeting_twice_is_refused_in_a_sentence_and_a_second_one_has_a_number(browser, roster):
    browser.post(reverse(ADDRESS), prefilled(browser, what="theme-day"))
    again = browser.post(reverse(ADDRESS), prefilled(browser, what="theme-day"))
    assert again.status_code == 422
    assert "已由secretary同志录入，没有重复录入" in again.content.decode()
    other = browser.post(reverse(ADDRESS), prefilled(browser, what="theme-day") | {"number": "第2次"})
    assert other.status_code == 302


def test_a_form_sent_twice_records_once(browser, roster):
    sent = prefilled(browser, what="general-meeting")
    assert browser.post(reverse(ADDRESS), sent).status_code == 302
    assert browser.post(reverse(ADDRESS), sent | {"number": "2"}).status_code == 422
    with system_scope(reason="test"):
        assert Fact.objects.count() == 21


def test_a_meeting_can_be_recorded_by_who_came(browser, roster):
    known = prefilled(browser, what="theme-day", mode="came")
    browser.post(reverse(ADDRESS), known | {"mode": "came", "who": [str(roster["党员01"])]})
    with system_scope(reason="test"):
        here = Fact.objects.filter(kind="life.attendance", attributes__presence="present")
        assert [fact.subject.uuid for fact in here.select_related("subject")] == [roster["党员01"]]
        assert Fact.objects.filter(attributes__presence="absent").count() == 19


def test_a_day_of_service_is_recorded_of_those_who_took_part(browser, roster):
    known = prefilled(browser, what="service.volunteer")
    sent = known | {"quantity": "2.5", "who": [str(roster["党员01"]), str(roster["党员02"])]}
    assert "已录入2条记录" in browser.post(reverse(ADDRESS), sent, follow=True).content.decode()
    with system_scope(reason="test"):
        assert set(Fact.objects.values_list("quantity", flat=True)) == {25_000}
    bad = browser.post(reverse(ADDRESS), known | {"quantity": "两个"})
    assert "请填数字" in bad.content.decode()


def test_one_person_alone_is_recorded_and_the_same_again_is_refused(browser, roster):
    known = prefilled(browser, what="service.volunteer", one="1")
    sent = known | {"one": "1", "quantity": "2", "who": [str(roster["党员01"])]}
    assert browser.post(reverse(ADDRESS), sent).status_code == 302
    again = browser.post(reverse(ADDRESS), sent)
    assert "“党员01”2026-03-05的“志愿服务”已经记录过" in again.content.decode()
    assert browser.post(reverse(ADDRESS), sent | {"sequence": "2"}).status_code == 302


def test_what_must_be_proved_is_recorded_with_its_file(browser, roster):
    known = prefilled(browser, what="duty.breach")
    sent = known | {"one": "1", "who": [str(roster["党员01"])]}
    assert "须附佐证材料" in browser.post(reverse(ADDRESS), sent).content.decode()
    file = SimpleUploadedFile("通报.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    done = browser.post(reverse(ADDRESS), sent | {"file": file}, follow=True)
    with system_scope(reason="test"):
        proof = Evidence.objects.get()
    assert "通报.pdf" in done.content.decode()
    saved = browser.get(reverse("ledger:evidence", args=[proof.uuid]))
    assert saved["Content-Disposition"].startswith("attachment")
    assert saved["X-Content-Type-Options"] == "nosniff"
    assert b"".join(saved.streaming_content).startswith(b"%PDF")


def test_whoever_was_not_there_that_day_cannot_be_recorded(browser, roster, units):
    stranger = enrol(make_organisation("branch", "尾矿党支部", units["own"]), "外人")
    sent = prefilled(browser, what="service.volunteer") | {"quantity": "1", "who": [str(stranger["外人"])]}
    answer = browser.post(reverse(ADDRESS), sent)
    assert answer.status_code == 422
    with system_scope(reason="test"):
        assert not Fact.objects.exists()


def test_the_sign_in_sheet_names_everybody(browser, roster, branch):
    asked = {"what": "theme-day", "place": str(branch.uuid), "day": TODAY.isoformat(), "as": "word"}
    saved = browser.get(reverse("ledger:sheet"), asked)
    made = docx.Document(BytesIO(b"".join(saved.streaming_content)))
    assert "磨浮党支部主题党日签到表" in made.paragraphs[0].text
    names = {row.cells[1].text for row in made.tables[0].rows}
    assert names >= set(roster)
    pdf = browser.get(reverse("ledger:sheet"), asked | {"as": "pdf"})
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")


@pytest.mark.row("S5-11")
def test_attendance_in_a_joint_branch_counts_to_the_home_branch_and_ends_with_it(units, branch, roster, secretary):
    joint = make_organisation("project_branch", "二标段项目联合党支部", units["own"])
    guest = roster["党员05"]
    with system_scope(reason="test"):
        join(person=guest, organisation=joint.uuid, kind="functional", valid_from=LONG_AGO, actor=SYSTEM, now=NOW)
    lead = _enter(make_account("joint", "secretary", joint.node))
    sent = prefilled(lead, what="theme-day")
    assert "党员05" in lead.get(reverse(ADDRESS), {"what": "theme-day"}).content.decode()
    assert "磨浮党支部" in lead.get(reverse(ADDRESS), {"what": "theme-day"}).content.decode()
    assert lead.post(reverse(ADDRESS), sent).status_code == 302
    with system_scope(reason="test"):
        fact = Fact.objects.select_related("event").get(kind="life.attendance")
    assert (fact.node_id, fact.home_id) == (joint.node.key, branch.node.key)
    home = _enter(secretary).get(reverse("ledger:list"), {"q": "党员05"}).content.decode()
    assert "二标段项目联合党支部" in home
    assert "所在支部：磨浮党支部" in home
    page = _enter(secretary).get(reverse("ledger:fact", args=[fact.uuid])).content.decode()
    assert "计入支部" in page
    assert reverse("ledger:event", args=[fact.event.uuid]) not in page  # it is the joint branch's, not his
    with system_scope(reason="test"):
        close_organisation(organisation=joint.uuid, last_day=TODAY, actor=viewer(secretary))
        tomorrow = TODAY + timedelta(days=1)
        theme_day = occasions(kinds_on(tomorrow))["theme-day"]
        assert guest in {line.uuid for line in expected(theme_day, branch.uuid, on=tomorrow)}
