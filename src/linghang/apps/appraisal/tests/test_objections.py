"""异议: raised on a line while the month is shown, taken up by one, decided by another, put right in the ledger."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from linghang.apps.access.tests.world import NOW, TODAY
from linghang.apps.appraisal.data.months import BookState
from linghang.apps.appraisal.data.objections import Correction, Outcome
from linghang.apps.appraisal.models import Objection, Statement
from linghang.apps.appraisal.operations.objections import raise_objection, refuse_objection, uphold_objection
from linghang.apps.appraisal.queries.objections import objection_card, objections_of, open_of
from linghang.apps.appraisal.tests.months import absent, give_statement, make_book, make_branch, settle_again
from linghang.apps.ledger.queries.single import written_fact
from linghang.apps.loops.operations import move
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope

DUTY = {"meeting": "theme-day", "presence": "absent", "reason": "duty"}
LATER = NOW + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _today(settings):
    settings.DEMO_TODAY = TODAY


@pytest.fixture
def branch(db):
    return make_branch()


@pytest.fixture
def browser(client):
    def enter(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


def raised(branch, book, fact, who="member", reason="那天出公差，书记批准的"):
    statement = give_statement(book, branch, who, 8400)
    with branch.alone(who) as actor:
        return raise_objection(statement=statement.uuid, line=str(fact), reason=reason, actor=actor, now=NOW)


def step(branch, who, objection, name, note="", at=NOW):
    with branch.acting(who) as actor:
        return move(case=objection_card(objection).line.case, step=name, note=note, actor=actor, now=at)


def upheld(branch, objection, correction, who="organiser", at=LATER):
    with branch.acting(who) as actor:
        uphold_objection(objection=objection, correction=correction, note="核对了派车单，确是公差", actor=actor, now=at)


def correct_reason(fact):
    with system_scope(reason="test"):
        wrong = written_fact(fact)
    return Correction(True, wrong.kind, wrong.occurred_on, wrong.quantity, DUTY)


def refused(code, call, *arguments, **named):
    with pytest.raises(DomainError) as caught:
        call(*arguments, **named)
    assert caught.value.code == code
    return str(caught.value.message)


def test_an_objection_goes_from_the_person_over_the_receiver_to_somebody_else_and_back_with_an_answer(branch):
    book, fact = make_book(branch), absent(branch, "member")
    objection = raised(branch, book, fact)
    with branch.acting("organiser"):
        assert open_of([book.uuid]) == {book.uuid: 1}
    step(branch, "secretary", objection, "accept")
    upheld(branch, objection, correct_reason(fact))
    step(branch, "organiser", objection, "answer", "已按公差更正，扣分取消")
    with branch.alone("member"):
        line = objections_of(branch.people["member"])[0]
    assert (line.outcome, line.ended, line.made_on) == (Outcome.UPHELD, True, TODAY)


@pytest.mark.row("S3-26")
def test_upholding_cancels_the_wrong_record_and_writes_the_right_one_at_once(branch):
    book, fact = make_book(branch), absent(branch, "member")
    objection = raised(branch, book, fact)
    step(branch, "secretary", objection, "accept")
    upheld(branch, objection, correct_reason(fact))
    with branch.acting("organiser"):
        assert not written_fact(fact).stands
        right = written_fact(objection_card(objection).line.corrected_by[0])
        assert right.attributes == DUTY
        assert (right.subject, right.occurred_on, right.stands) == (branch.people["member"], date(2026, 2, 10), True)


def test_an_upheld_objection_keeps_the_book_open_until_it_is_settled_anew(branch):
    book, fact = make_book(branch), absent(branch, "member")
    objection = raised(branch, book, fact)
    step(branch, "secretary", objection, "accept")
    upheld(branch, objection, correct_reason(fact))
    step(branch, "organiser", objection, "answer", "已更正", at=LATER)
    assert open_of([book.uuid]) == {book.uuid: 1}
    settle_again(book, branch, LATER + timedelta(hours=1))
    assert open_of([book.uuid]) == {}


def test_nobody_decides_his_own_objection_and_the_receiver_does_not_decide_what_he_took_up(branch):
    book, fact = make_book(branch), absent(branch, "secretary")
    objection = raised(branch, book, fact, who="secretary")
    refused("own_matter", step, branch, "secretary", objection, "accept")
    step(branch, "organiser", objection, "accept")
    refused("own_matter", upheld, branch, objection, correct_reason(fact), "secretary")
    refused("own_matter", upheld, branch, objection, correct_reason(fact), "organiser")
    upheld(branch, objection, correct_reason(fact), "officer")


def test_not_upholding_needs_a_reason_and_leaves_the_record(branch):
    book, fact = make_book(branch), absent(branch, "member")
    objection = raised(branch, book, fact)
    step(branch, "secretary", objection, "accept")
    refused("reason_needed", step, branch, "organiser", objection, "reject")
    step(branch, "organiser", objection, "reject", "当天没有派车记录")
    assert open_of([book.uuid]) == {book.uuid: 1}  # until the person has his answer
    step(branch, "organiser", objection, "reply", "查无派车记录，维持原记录")
    with branch.acting("organiser"):
        assert written_fact(fact).stands
    assert open_of([book.uuid]) == {}


def test_upholding_without_putting_a_record_right_is_refused_and_nothing_stays(branch):
    book, fact = make_book(branch), absent(branch, "member")
    objection = raised(branch, book, fact)
    step(branch, "secretary", objection, "accept")
    refused("correction_needed", upheld, branch, objection, Correction())
    refused("correction_needed", step, branch, "organiser", objection, "uphold", "同意")
    with branch.acting("organiser"):
        card = objection_card(objection)
    assert (card.line.outcome, card.record.stands) == (Outcome.OPEN, True)


def test_a_refused_record_refuses_the_decision_as_a_whole(branch):
    book, fact = make_book(branch), absent(branch, "member")
    objection = raised(branch, book, fact)
    step(branch, "secretary", objection, "accept")
    wrong = correct_reason(fact)
    bad = Correction(True, wrong.kind, wrong.day, wrong.quantity, {**DUTY, "reason": "holiday"})
    with pytest.raises(DomainError):
        upheld(branch, objection, bad)
    with branch.acting("organiser"):
        card = objection_card(objection)
        assert (card.line.outcome, card.record.stands) == (Outcome.OPEN, True)


@pytest.mark.parametrize("state", [BookState.SETTLED, BookState.CHECKED])
def test_before_the_month_is_shown_nobody_objects(branch, state):
    book = make_book(branch, state=state, public_until=None)
    assert "公示期间" in refused("objection_closed", raised, branch, book, absent(branch, "member"))


@pytest.mark.row("S3-26")
def test_whoever_refuses_an_objection_writes_his_reason_once_and_it_is_the_answer(branch, browser):
    book, fact = make_book(branch), absent(branch, "member")
    objection = raised(branch, book, fact)
    step(branch, "secretary", objection, "accept")
    address = reverse("appraisal:objection", args=[objection])
    client = browser(branch.users["organiser"])
    asked = client.post(f"{address}step/", {"step": "reject", "note": "查无派车记录，维持原记录"}, follow=True)
    assert "已经作为答复交给本人" in asked.content.decode()
    assert open_of([book.uuid]) == {}
    page = browser(branch.users["member"]).get(address).content.decode()
    assert "维持并已答复" in page
    assert "查无派车记录，维持原记录" in page


def test_a_reason_that_is_too_long_stands_there_again_to_be_shortened(branch, browser):
    book, fact = make_book(branch), absent(branch, "member")
    objection = raised(branch, book, fact)
    step(branch, "secretary", objection, "accept")
    address = reverse("appraisal:objection-step", args=[objection])
    answer = browser(branch.users["organiser"]).post(address, {"step": "reject", "note": "查无派车记录" * 400})
    assert "文字超过2000字" in answer.content.decode()
    assert "查无派车记录" * 400 in answer.content.decode()


def test_refusing_without_a_reason_leaves_the_objection_as_it_was(branch):
    book, fact = make_book(branch), absent(branch, "member")
    objection = raised(branch, book, fact)
    step(branch, "secretary", objection, "accept")
    with branch.acting("organiser") as actor:
        refused("reason_needed", refuse_objection, objection=objection, note=" ", actor=actor, now=NOW)
        assert objection_card(objection).line.outcome == Outcome.OPEN


def test_the_answer_to_an_upheld_objection_begins_with_what_was_written_when_it_was_decided(branch, browser):
    book, fact = make_book(branch), absent(branch, "member")
    objection = raised(branch, book, fact)
    step(branch, "secretary", objection, "accept")
    upheld(branch, objection, correct_reason(fact))
    page = browser(branch.users["organiser"]).get(reverse("appraisal:objection", args=[objection])).content.decode()
    assert "核对了派车单，确是公差</textarea>" in page


def test_after_an_upheld_objection_the_secretary_is_told_to_settle_again(branch, browser):
    book, fact = make_book(branch), absent(branch, "member")
    objection = raised(branch, book, fact)
    step(branch, "secretary", objection, "accept")
    upheld(branch, objection, correct_reason(fact))
    client = browser(branch.users["secretary"])
    page = client.get(reverse("appraisal:book", args=[book.uuid])).content.decode()
    assert "记录已经更正，这里的数字还是原来的" in page
    settle = page.index('value="settle"')
    assert "btn-primary" in page[settle - 80 : settle]
    assert "重新核算2月积分" in client.get("/").content.decode()


def test_the_page_of_an_objection_says_what_the_line_counts(branch, browser):
    book = make_book(branch)
    statement = give_statement(book, branch, "member", 8400)
    page = browser(branch.users["member"]).get(reverse("appraisal:object", args=[statement.uuid, "all"]))
    assert "84.00" in page.content.decode()


def test_the_last_day_counts_and_the_day_after_it_is_too_late(branch):
    last = make_book(branch, public_until=TODAY)
    raised(branch, last, absent(branch, "member"))
    last.public_until = TODAY - timedelta(days=1)
    with system_scope(reason="test"):
        last.save()
    refused("objection_closed", raised, branch, last, absent(branch, "colleague"), who="colleague")


def test_after_the_month_is_final_the_correction_is_booked_in_the_open_month(branch, browser):
    book, fact = make_book(branch, state=BookState.FINAL), absent(branch, "member")
    objection = raised(branch, book, fact)
    assert open_of([book.uuid]) == {}  # a final month waits for nobody
    with system_scope(reason="test"):
        assert Objection.objects.get(uuid=objection).late
    page = browser(branch.users["member"]).get(reverse("appraisal:objection", args=[objection]))
    assert "记在未定稿的月份" in page.content.decode()


def test_the_same_line_is_objected_to_once_at_a_time(branch):
    book, fact = make_book(branch), absent(branch, "member")
    statement = give_statement(book, branch, "member")
    with branch.alone("member") as actor:
        raise_objection(statement=statement.uuid, line=str(fact), reason="出公差", actor=actor, now=NOW)
        again = {"statement": statement.uuid, "line": str(fact), "reason": "再提", "actor": actor, "now": NOW}
        refused("already_open", raise_objection, **again)
        raise_objection(**{**again, "line": "all"})


def test_nobody_objects_for_another_or_to_a_record_that_is_not_his(branch):
    book = make_book(branch)
    mine, theirs = give_statement(book, branch, "member"), absent(branch, "colleague")
    with branch.acting("organiser") as actor:
        call = {"statement": mine.uuid, "line": "all", "reason": "替他提", "actor": actor, "now": NOW}
        refused("not_found", raise_objection, **call)
    with branch.alone("member") as actor:
        call = {"statement": mine.uuid, "actor": actor, "now": NOW, "reason": "不对"}
        refused("not_found", raise_objection, line=str(theirs), **call)
        refused("not_found", raise_objection, line="no-such-item", **call)
        refused("not_found", raise_objection, **{**call, "statement": uuid4()}, line="all")


def test_the_whole_way_through_the_pages(branch, browser):
    book, fact = make_book(branch), absent(branch, "member")
    statement = give_statement(book, branch, "member")
    address = reverse("appraisal:object", args=[statement.uuid, fact])
    client = browser(branch.users["member"])
    page = client.get(address).content.decode()
    assert "2026年3月6日24:00前可以提出异议" in page
    assert "张立" in page
    assert client.post(address, {"reason": ""}).status_code == 422
    made = client.post(address, {"reason": "那天出公差"})
    assert made.status_code == 302
    objection = made["Location"]
    client = browser(branch.users["secretary"])
    assert "受理并交复核" in client.get(objection).content.decode()
    assert client.post(f"{objection}step/", {"step": "accept"}).status_code == 302
    client = browser(branch.users["organiser"])
    page = client.get(objection).content.decode()
    assert "采纳并更正" in page
    assert "改正这条记录" in page
    form = {
        "way": "change", "day": "2026-02-10", "quantity": "1", "note": "核对了派车单",
        "a-meeting": "theme-day", "a-presence": "absent", "a-reason": "duty",
    }  # fmt: skip
    assert client.post(f"{objection}uphold/", form | {"a-reason": ""}).status_code == 422
    assert client.post(f"{objection}uphold/", form).status_code == 302
    page = client.get(objection).content.decode()
    assert "请重新核算这个支部" in page
    assert "更正后的记录" in page
    assert client.post(f"{objection}step/", {"step": "answer", "note": "已更正"}).status_code == 302


def test_the_address_of_the_case_leads_to_the_page_of_the_objection(branch, browser):
    book, fact = make_book(branch), absent(branch, "member")
    objection = raised(branch, book, fact)
    with branch.acting("organiser"):
        case = objection_card(objection).line.case
    answer = browser(branch.users["secretary"]).get(reverse("loops:case", args=[case]))
    assert answer["Location"] == reverse("appraisal:objection", args=[objection])


def test_another_member_does_not_find_the_objection(branch, browser):
    objection = raised(branch, make_book(branch), absent(branch, "member"))
    for who, status in (("colleague", 404), ("neighbour", 404), ("stranger", 404), ("discipline", 200)):
        page = browser(branch.users[who]).get(reverse("appraisal:objection", args=[objection]))
        assert page.status_code == status, who


def test_an_objection_that_was_opened_is_no_reason_to_open_the_points(branch, browser):
    """Somebody above says in his own words why he looks, also after he has read the objection."""
    book, fact = make_book(branch), absent(branch, "member")
    objection = raised(branch, book, fact)
    statement = Statement._base_manager.get(book__uuid=book.uuid)
    client = browser(branch.users["officer"])
    assert client.get(reverse("appraisal:objection", args=[objection])).status_code == 200
    points = reverse("appraisal:statement", args=[statement.subject, statement.scheme, "2026-02"])
    assert client.get(points)["Location"].startswith(reverse("appraisal:sight-reason", args=[statement.subject]))
