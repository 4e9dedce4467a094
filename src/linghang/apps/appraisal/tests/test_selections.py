"""评先、旗帜党员: the list is a proposal, people decide, and whatever departs from the order carries its reason."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from linghang.apps.appraisal.models import Binding, Nominee, SelectionRound, Shortlisted
from linghang.apps.appraisal.tests.packs_world import SCHEME
from linghang.apps.appraisal.tests.statements_world import points_world, settle_month
from linghang.apps.ledger.data import NewFact
from linghang.apps.ledger.operations import record
from linghang.apps.org.models import Person
from linghang.engine.periods import Month
from linghang.engine.points import div_round
from linghang.ui.web.scope import system_scope

DECEMBER = Month(2026, 12)
TODAY = date(2027, 1, 20)  # a Wednesday
NOW = datetime(2027, 1, 20, 1, 0, tzinfo=UTC)
SELECTION = f"{SCHEME}/advanced-candidates"


@pytest.fixture(autouse=True)
def _today(settings):
    settings.DEMO_TODAY = TODAY


@pytest.fixture
def world(db):
    """December is final; the first two members meet the conditions of the year."""
    world = points_world()
    with system_scope(reason="test"):
        Binding.objects.filter(pk=world.binding.pk).update(since=DECEMBER.index)
    served = NewFact(
        "service.volunteer", world.people[1], DECEMBER.first, quantity=20_000, attributes={"role": "participant"}
    )
    with world.scope("organiser"):
        record(items=[served], actor=world.viewer("organiser"), now=NOW)
    book = settle_month(world, DECEMBER)
    with system_scope(reason="test"):
        for person in world.people[:2]:
            row = book.statements.get(subject=person)
            Shortlisted.objects.create(
                subject=person, person=row.person, scheme=SCHEME, month=DECEMBER.index, book=book, node=row.node,
                run=book.run, final=True, selection="advanced-candidates",
            )  # fmt: skip
    return world


@pytest.fixture
def browser(world):
    def sign_in(who: str) -> Client:
        client = Client()
        client.force_login(world.users[who], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def begin(browser, world, who="officer", quota=1, weight=50):
    """Open the round by its page; gives the response."""
    given = {
        "place": str(world.branch.node.uuid), "selection": SELECTION, "year": "2026", "title": "2026年度优秀党员",
        "quota": str(quota), "points_weight": str(weight),
    }  # fmt: skip
    return browser(who).post(reverse("appraisal:selection-open"), given)


def begun(browser, world):
    assert begin(browser, world).status_code == 302
    with system_scope(reason="test"):
        return SelectionRound.objects.get()


@pytest.fixture
def round(browser, world):
    return begun(browser, world)


def act(browser, round, step, who="officer", **given):
    return browser(who).post(reverse(f"appraisal:selection-{step}", args=[round.uuid]), given)


def nominees(round):
    with system_scope(reason="test"):
        return {n.person.uuid: n for n in Nominee.objects.filter(round=round).select_related("person")}


def vote(browser, round, world, first=4, second=6):
    given = {f"votes-{nominees(round)[world.people[n]].uuid}": str(v) for n, v in ((0, first), (1, second))}
    return act(browser, round, "votes", ballots="10", voted_on="2027-01-18", **given)


def publish(browser, round, world):
    receiver = str(world.users["secretary"].uuid)
    return act(browser, round, "publish", receiver=receiver, manner="支部办公室", working_days="5")


def choose(browser, round, world, *people, who="officer", reasons=None):
    given = {"title_from": "2027-01-28", "title_until": "2027-12-31", "document": "选党〔2027〕2号"}
    for person in people:
        uuid = nominees(round)[world.people[person]].uuid
        given |= {f"chosen-{uuid}": "on", f"reason-{uuid}": (reasons or {}).get(person, "")}
    return act(browser, round, "propose", who, **given)


@pytest.mark.row("S3-28")
def test_the_candidates_are_those_whom_the_final_books_list_and_nobody_else_gets_in_without_a_reason(browser, world):
    round = begun(browser, world)
    assert set(nominees(round)) == set(world.people[:2])
    page = browser("officer").get(reverse("appraisal:selection", args=[round.uuid])).content.decode()
    assert "季度评星至少3次达到四星；全年合计达到1000.00分" in page
    third = str(world.people[2])
    refused = act(browser, round, "nominate", person=third, reason=" ")
    assert refused.status_code == 422
    assert "提名要写明理由" in refused.content.decode()
    assert act(browser, round, "nominate", person=third, reason="抢险中表现突出").status_code == 302
    page = browser("officer").get(reverse("appraisal:selection", args=[round.uuid])).content.decode()
    assert "另行提名：抢险中表现突出" in page


def test_while_nothing_is_final_there_is_no_list(browser, world):
    given = {
        "place": str(world.places["other_branch"].node.uuid), "selection": SELECTION, "year": "2026",
        "title": "优秀党员", "quota": "1", "points_weight": "50",
    }  # fmt: skip
    answer = browser("officer").post(reverse("appraisal:selection-open"), given)
    assert answer.status_code == 422
    assert "还没有定稿的积分" in answer.content.decode()


def test_a_round_begins_once(browser, world, round):
    again = begin(browser, world)
    assert again.status_code == 422
    assert "这项评选已经开始" in again.content.decode()


@pytest.mark.row("S5-27")
def test_the_award_list_shows_points_weight_votes_and_the_decision_and_an_override_needs_a_reason(
    browser, world, settings
):
    round = begun(browser, world)
    assert vote(browser, round, world).status_code == 302
    assert publish(browser, round, world).status_code == 302
    early = choose(browser, round, world, 1)
    assert "公示到" in early.content.decode()
    assert early.status_code == 422
    settings.DEMO_TODAY = date(2027, 1, 27)
    silent = choose(browser, round, world, 0)  # fewer points and fewer votes than the other
    assert silent.status_code == 422
    assert "要写明理由：王小川" in silent.content.decode()
    assert choose(browser, round, world, 0, reasons={0: "长期在井下一线"}).status_code == 302
    page = browser("officer").get(reverse("appraisal:selection", args=[round.uuid])).content.decode()
    chosen, other = nominees(round)[world.people[0]], nominees(round)[world.people[1]]
    assert 0 < chosen.points < other.points
    score = div_round(div_round(chosen.points * 10_000, other.points) * 50 + 4_000 * 50, 100)
    for words in (
        "长期在井下一线",
        "积分占 50%",
        "收回推荐票 10",
        f"{chosen.points / 100:.2f}",
        f"{other.points / 100:.2f}",
        "80.00",  # of the other: half of it for the most points, half for 6 votes of 10
        f"{score / 100:.2f}",
    ):
        assert words in page


def test_more_than_the_quota_is_refused(browser, world, round, settings):
    vote(browser, round, world)
    publish(browser, round, world)
    settings.DEMO_TODAY = date(2027, 1, 27)
    refused = choose(browser, round, world, 0, 1)
    assert refused.status_code == 422
    assert "名额 1 个，勾选了 2 人" in refused.content.decode()


@pytest.mark.row("S4-26", "S3-28")
def test_two_people_decide_a_title_has_its_end_and_is_withdrawn_with_a_reason(browser, world, settings):
    round = begun(browser, world)
    vote(browser, round, world)
    publish(browser, round, world)
    settings.DEMO_TODAY = date(2027, 1, 27)
    assert choose(browser, round, world, 1).status_code == 302
    alone = act(browser, round, "confirm", answer="confirm")
    assert alone.status_code == 403
    assert "两个人分别办理" in alone.content.decode()
    assert act(browser, round, "confirm", "secretary", answer="confirm").status_code == 302
    page = browser("officer").get(reverse("appraisal:selection", args=[round.uuid])).content.decode()
    assert "2027年12月31日" in page
    deeds = (
        browser("officer")
        .get(reverse("appraisal:selection-deeds", args=[nominees(round)[world.people[1]].uuid]))
        .content.decode()
    )
    assert "志愿服务" in deeds
    assert "/ledger/" in deeds
    title = nominees(round)[world.people[1]]
    assert browser("officer").post(reverse("appraisal:selection-withdraw", args=[title.uuid]), {}).status_code == 422
    done = browser("officer").post(reverse("appraisal:selection-withdraw", args=[title.uuid]), {"reason": "受到处分"})
    assert done.status_code == 302
    page = browser("officer").get(reverse("appraisal:selection", args=[round.uuid])).content.decode()
    assert "称号已撤销" in page
    assert "受到处分" in page


def test_the_second_person_may_send_a_decision_back_and_nothing_is_decided(browser, world, round, settings):
    vote(browser, round, world)
    publish(browser, round, world)
    settings.DEMO_TODAY = date(2027, 1, 27)
    choose(browser, round, world, 1)
    assert act(browser, round, "confirm", "secretary", answer="return").status_code == 302
    assert all(n.chosen is None for n in nominees(round).values())


def test_votes_cannot_exceed_the_ballots_and_nobody_is_left_out(browser, world, round):
    refused = vote(browser, round, world, second=11)
    assert refused.status_code == 422
    assert "得票不能多于收回的推荐票" in refused.content.decode()
    uuid = nominees(round)[world.people[0]].uuid
    missing = act(browser, round, "votes", ballots="10", voted_on="2027-01-18", **{f"votes-{uuid}": "3"})
    assert missing.status_code == 422


def test_everybody_of_the_place_reads_names_and_reasons_but_neither_points_nor_votes(browser, world, round, settings):
    quiet = browser("colleague").get(reverse("appraisal:selections-shown")).content.decode()
    assert "王小川" not in quiet
    vote(browser, round, world)
    publish(browser, round, world)
    page = browser("colleague").get(reverse("appraisal:selections-shown")).content.decode()
    assert "王小川" in page
    points = nominees(round)[world.people[0]].points
    assert f"{points / 100:.2f}" not in page
    for elsewhere in ("neighbour", "stranger"):
        assert "王小川" not in browser(elsewhere).get(reverse("appraisal:selections-shown")).content.decode()
    assert "公示期满" not in page
    settings.DEMO_TODAY = date(2027, 1, 28)
    assert "公示期满，待审定" in browser("colleague").get(reverse("appraisal:selections-shown")).content.decode()


def test_another_branch_and_another_unit_cannot_open_the_round(browser, round):
    for elsewhere in ("neighbour", "stranger"):
        assert browser(elsewhere).get(reverse("appraisal:selection", args=[round.uuid])).status_code == 404
    assert browser("colleague").get(reverse("appraisal:selection", args=[round.uuid])).status_code == 403


def test_who_is_chosen_neither_proposes_nor_confirms(browser, world, round, settings):
    vote(browser, round, world)
    publish(browser, round, world)
    settings.DEMO_TODAY = date(2027, 1, 28)
    Person._base_manager.filter(uuid=world.people[1]).update(user=world.users["officer"])
    own = choose(browser, round, world, 1)
    assert own.status_code == 422
    assert "提出和审定都要回避" in own.content.decode()
    assert choose(browser, round, world, 1, who="leader").status_code == 302
    assert "回避" in act(browser, round, "confirm", "officer", answer="confirm").content.decode()
    assert act(browser, round, "confirm", "secretary", answer="confirm").status_code == 302


def test_whoever_is_to_confirm_a_decision_finds_it_on_his_front_page_and_who_proposed_it_does_not(
    browser, world, round, settings
):
    vote(browser, round, world)
    publish(browser, round, world)
    settings.DEMO_TODAY = date(2027, 1, 28)
    choose(browser, round, world, 1)
    leader, officer = (browser(who).get("/").content.decode() for who in ("leader", "officer"))
    assert "审定“2026年度优秀党员”" in leader
    assert reverse("appraisal:selection", args=[round.uuid]) in leader
    assert "审定“2026年度优秀党员”" not in officer
