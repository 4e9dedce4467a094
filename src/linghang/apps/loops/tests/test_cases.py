"""A case from its opening to its end: who may do what, what counts, and what stays."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from linghang.apps.loops.data import CaseFilter, on_transition, operations_on
from linghang.apps.loops.models import Case, CaseText, Transition
from linghang.apps.loops.operations import (
    assign,
    comment,
    erase_texts,
    escalate_due,
    extend,
    move,
    open_case,
    open_contact_lost,
    pause,
    report_problem,
    request_correction,
    resume,
)
from linghang.apps.loops.queries import case_card, cases_page, supervised, waiting_for
from linghang.apps.loops.tests.world import NOW, TODAY, at
from linghang.apps.notify.models import Notice
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope


def report(unit, who="member", title="井口候车室漏雨", now=NOW):
    with unit.acting(who) as actor:
        return report_problem(
            title=title,
            body="雨天积水，早班受影响。",
            node=unit.places["branch"].node.uuid,
            origin="person",
            actor=actor,
            now=now,
        )


def step(unit, who, case, name, *, note="", now=NOW, people=None):
    with unit.acting(who) as actor:
        return move(case=case.uuid, step=name, note=note, people=people, actor=actor, now=now)


def card(unit, who, case, today=TODAY):
    with unit.acting(who) as actor:
        return case_card(case.uuid, viewer=actor, today=today)


def handed_over(unit):
    case = report(unit)
    people = {"responsible": unit.users["secretary"].uuid, "verifier": unit.users["officer"].uuid}
    step(unit, "organiser", case, "assign", people=people)
    return case


def refusal(unit, who, act):
    with unit.acting(who) as actor, pytest.raises(DomainError) as caught:
        act(actor)
    return caught.value


def test_a_problem_goes_from_report_to_its_verified_end(unit):
    case = handed_over(unit)
    assert card(unit, "secretary", case).line.state_label == "办理"
    step(unit, "secretary", case, "request", note="已换防水层", now=at(date(2026, 3, 9)))
    step(unit, "officer", case, "return", note="东侧还漏", now=at(date(2026, 3, 10)))
    step(unit, "secretary", case, "request", note="东侧已修", now=at(date(2026, 3, 12)))
    assert step(unit, "officer", case, "pass", now=at(date(2026, 3, 13))) == "closed"
    seen = card(unit, "member", case, date(2026, 3, 20))
    assert (seen.line.ends, seen.line.refused, seen.line.closed_on) == ("settled", 1, date(2026, 3, 13))
    assert seen.working_days == 6
    assert seen.answer == "东侧已修"
    assert [one.title for one in reversed(seen.timeline)] == [
        "登记问题", "交办", "申请销号", "退回", "申请销号", "核验通过",
    ]  # fmt: skip


def test_the_deadline_is_in_working_days_and_says_its_rule(unit):
    line = card(unit, "organiser", report(unit)).line
    assert line.standing.due == date(2026, 3, 10)
    assert line.standing.words == "自3月5日次日起算3个工作日，调休已计"
    assert line.standing.left == 3


def test_the_responsible_person_does_not_verify_and_hears_why(unit):
    case = handed_over(unit)
    step(unit, "secretary", case, "request", note="已修")
    for who in ("secretary", "organiser", "member"):
        error = refusal(unit, who, lambda actor: move(case=case.uuid, step="pass", actor=actor, now=NOW))
        assert error.status in (403, 404), who
    assert "自己" in str(
        refusal(unit, "secretary", lambda actor: move(case=case.uuid, step="pass", actor=actor, now=NOW)).message
    )


def test_the_three_are_three_people_for_the_database_too(unit):
    case = handed_over(unit)
    officer, secretary = unit.users["officer"], unit.users["secretary"]
    error = refusal(
        unit,
        "officer",
        lambda actor: assign(case=case.uuid, people={"tracker": officer.uuid}, actor=actor, now=NOW),
    )
    assert error.code in ("same_person", "not_your_step", "own_matter")
    with system_scope(reason="test"):
        row = Case.objects.get(uuid=case.uuid)
        for who in ("verifier", "tracker"):
            with pytest.raises(DatabaseError), transaction.atomic():
                Case.objects.filter(pk=row.pk).update(**{who: secretary})


def test_nobody_is_named_who_lacks_the_post(unit):
    case = report(unit)
    people = {"responsible": unit.users["colleague"].uuid, "verifier": unit.users["officer"].uuid}
    error = refusal(
        unit, "organiser", lambda actor: move(case=case.uuid, step="assign", people=people, actor=actor, now=NOW)
    )
    assert (error.code, error.field) == ("person_unfit", "responsible")


def test_handing_over_needs_somebody_who_does_it(unit):
    case = report(unit)
    error = refusal(unit, "organiser", lambda actor: move(case=case.uuid, step="assign", actor=actor, now=NOW))
    assert error.code == "person_needed"


def test_a_step_that_was_taken_is_not_taken_again(unit):
    case = handed_over(unit)
    error = refusal(unit, "officer", lambda actor: move(case=case.uuid, step="decline", note="x", actor=actor, now=NOW))
    assert (error.code, error.status) == ("wrong_state", 409)


def test_sending_back_needs_a_reason(unit):
    case = handed_over(unit)
    step(unit, "secretary", case, "request", note="已修")
    error = refusal(unit, "officer", lambda actor: move(case=case.uuid, step="return", actor=actor, now=NOW))
    assert (error.code, error.field) == ("reason_needed", "note")


def test_only_somebody_above_pauses_and_the_rest_of_the_term_comes_back(unit):
    case = handed_over(unit)  # ten working days from 5 March: 19 March
    assert refusal(
        unit, "secretary", lambda actor: pause(case=case.uuid, reason="等料", actor=actor, now=NOW)
    ).code in ("not_your_step", "own_matter")
    with unit.acting("leader") as actor:
        pause(case=case.uuid, reason="等材料", actor=actor, now=at(date(2026, 3, 9)))
    paused = card(unit, "secretary", case)
    assert paused.line.paused
    assert paused.line.standing.due is None
    assert paused.steps == ()
    with unit.acting("leader") as actor:
        resume(case=case.uuid, actor=actor, now=at(date(2026, 3, 16)))
    seen = card(unit, "secretary", case, date(2026, 3, 16))
    assert seen.line.standing.due == date(2026, 3, 26)  # eight were left
    assert seen.working_days == 7 - 5


def test_an_extension_moves_the_last_day_and_is_counted(unit):
    case = handed_over(unit)
    with unit.acting("leader") as actor:
        assert extend(case=case.uuid, working_days=5, reason="材料未到", actor=actor, now=NOW) == date(2026, 3, 26)
    seen = card(unit, "secretary", case)
    assert seen.extended == 1
    assert "批准延期" in seen.line.standing.words
    error = refusal(
        unit, "leader", lambda actor: extend(case=case.uuid, working_days=61, reason="x", actor=actor, now=NOW)
    )
    assert error.field == "working_days"


def test_an_overdue_case_is_escalated_once_for_each_level(unit):
    case = handed_over(unit)  # due 19 March
    later = date(2026, 3, 27)
    assert card(unit, "officer", case, later).line.standing.level_label == "督办"
    with system_scope(reason="test"):  # before the level is written down, too
        assert [line.uuid for line in supervised(today=later)] == [case.uuid]
        assert supervised(today=date(2026, 3, 20)) == []
    with system_scope(reason="test"):
        assert escalate_due(now=at(date(2026, 3, 20))) == 1
        assert escalate_due(now=at(date(2026, 3, 20))) == 0
        assert escalate_due(now=at(later)) == 1
        assert escalate_due(now=at(date(2026, 4, 30))) == 1
        assert escalate_due(now=at(date(2026, 5, 30))) == 0
        taken = list(Transition.objects.filter(case__uuid=case.uuid).values_list("step", flat=True))
        told = Notice.objects.filter(user=unit.users["leader"], text__contains="挂牌督办")
        assert taken[-3:] == ["remind", "supervise", "listed"]
        assert told.count() == 1


def test_whoever_has_to_act_next_finds_it_in_his_list_and_in_his_messages(unit):
    case = handed_over(unit)
    with unit.acting("secretary") as actor:
        assert [line.number for line in waiting_for(actor, today=TODAY)] == [case.number]
    with unit.acting("neighbour") as actor:
        assert waiting_for(actor, today=TODAY) == []
    assert Notice.objects.filter(user=unit.users["secretary"], due=TODAY).count() == 1


def test_the_one_who_is_responsible_does_not_learn_who_reported_it(unit):
    case = handed_over(unit)
    for who, hidden in (("secretary", True), ("organiser", False), ("member", False)):
        seen = card(unit, who, case)
        words = str(seen.people) + str(seen.timeline)
        assert (unit.users["member"].display_name not in words) == hidden, who


def test_a_case_is_seen_by_its_own_people_and_its_readers_only(unit):
    case = report(unit)
    sees = {}
    for who in unit.users:
        with unit.acting(who) as actor:
            page = cases_page(CaseFilter(), viewer=actor, today=TODAY, number=1)
            sees[who] = [line.number for line in page.rows] == [case.number]
    seen_by = {who for who, sees_it in sees.items() if sees_it}
    assert seen_by == {"member", "secretary", "organiser", "officer", "second_officer", "leader", "inspector"}


def test_somebody_out_of_contact_is_known_to_organisation_officers_only(unit):
    with unit.acting("organiser") as actor:
        case = open_contact_lost(person=unit.people["colleague"], attempts=["2026-03-01"], actor=actor, now=NOW)
    seen = set()
    for who in unit.users:
        with unit.acting(who):
            seen |= {who} if Case.objects.filter(uuid=case.uuid).exists() else set()
    assert seen == {"organiser", "officer", "second_officer"}
    with unit.acting("organiser") as actor, pytest.raises(DomainError) as caught:
        open_contact_lost(person=unit.people["colleague"], attempts=[], actor=actor, now=NOW)
    assert caught.value.code == "already_open"


def test_a_correction_is_followed_to_its_end_and_can_be_reopened(unit):
    with unit.acting("member") as actor:
        case = request_correction(
            entry="person",
            title="入党日期有误",
            body="应为2019年7月1日",
            person=unit.people["member"],
            actor=actor,
            now=NOW,
        )
    step(unit, "organiser", case, "accept")
    step(unit, "organiser", case, "request", note="已按组织关系介绍信改正")
    step(unit, "secretary", case, "pass")
    assert card(unit, "member", case).line.state_label == "已更正"
    step(unit, "member", case, "reopen", note="还差一天")
    assert card(unit, "member", case).line.reopened == 1


def test_a_secretary_neither_handles_nor_checks_what_concerns_himself(unit):
    with unit.acting("secretary") as actor:
        case = request_correction(
            entry="person", title="学历有误", body="", person=unit.people["secretary"], actor=actor, now=NOW
        )
        for name in ("accept", "refuse"):
            with pytest.raises(DomainError) as caught:
                move(case=case.uuid, step=name, note="x", actor=actor, now=NOW)
            assert caught.value.code in ("own_matter", "wrong_state")
    step(unit, "organiser", case, "accept")
    step(unit, "organiser", case, "request", note="已改")
    with unit.acting("secretary") as actor, pytest.raises(DomainError) as caught:
        move(case=case.uuid, step="pass", actor=actor, now=NOW)
    assert caught.value.code == "own_matter"
    assert step(unit, "officer", case, "pass") == "corrected"


def test_nobody_asks_for_a_correction_of_a_person_whom_he_does_not_see(unit):
    error = refusal(
        unit,
        "member",
        lambda actor: request_correction(
            entry="person", title="x", body="", person=unit.people["colleague"], actor=actor, now=NOW
        ),
    )
    assert error.status == 404


def test_somebody_from_another_unit_opens_nothing_here_and_hears_nothing(unit):
    place = unit.places["branch"].node.uuid
    error = refusal(
        unit,
        "stranger",
        lambda actor: report_problem(title="x", body="", node=place, origin="person", actor=actor, now=NOW),
    )
    assert error.status == 404


def test_what_fails_together_with_a_step_takes_the_step_back(unit):
    case = handed_over(unit)

    def refuse(_moved):
        raise DomainError("not_now", "现在不能记。")

    on_transition("problem", "request")(refuse)
    try:
        error = refusal(
            unit, "secretary", lambda actor: move(case=case.uuid, step="request", note="好了", actor=actor, now=NOW)
        )
    finally:
        from linghang.apps.loops import data

        data._registered.pop(("problem", "request"))
    assert error.code == "not_now"
    assert operations_on("problem", "request") == ()
    seen = card(unit, "secretary", case)
    assert seen.line.state_label == "办理"
    assert seen.timeline[0].title == "交办"


def test_steps_are_never_changed_or_removed(unit):
    report(unit)
    with system_scope(reason="test"):
        for harm in (
            lambda: Transition.objects.update(step="x"),
            lambda: Transition.objects.all().delete(),
            lambda: Case.objects.all().delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                harm()


def test_words_can_be_erased_and_the_steps_stay(unit):
    case = handed_over(unit)
    step(unit, "secretary", case, "request", note="某某人的情况")
    with unit.acting("leader") as actor:
        assert erase_texts(case=case.uuid, reason="误录个人信息", actor=actor, now=NOW) == 2
    seen = card(unit, "officer", case)
    assert "清除" in seen.body
    assert "某某人" not in str(seen)
    assert "漏雨" not in seen.line.title
    with system_scope(reason="test"):
        assert not CaseText.objects.exclude(text="").exists()
        assert Transition.objects.filter(case__uuid=case.uuid).exclude(note_hash="").count() == 1


def test_a_comment_stays_with_the_case(unit):
    case = report(unit)
    with unit.acting("member") as actor:
        comment(case=case.uuid, note="今天又漏了", actor=actor, now=NOW)
    assert card(unit, "organiser", case).timeline[0].note.startswith("今天又漏了")


def test_an_unknown_kind_is_not_found(unit):
    with unit.acting("officer") as actor, pytest.raises(DomainError) as caught:
        open_case(kind="nothing", title="x", node=unit.places["branch"].node.uuid, actor=actor, now=NOW)
    assert caught.value.status == 404
