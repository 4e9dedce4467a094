"""A branch's month in the browser: steps, members, publishing, approving, what fellow members see, the board."""

from datetime import date

import pytest
from django.urls import reverse

from linghang.apps.access.tests.world import make_account
from linghang.apps.appraisal.data.months import BookState
from linghang.apps.appraisal.operations.months import publish_book, settle_books
from linghang.apps.appraisal.operations.presets import set_preset
from linghang.apps.appraisal.policies.presets import distribution
from linghang.apps.appraisal.queries.books import day_choices, members_of
from linghang.apps.appraisal.queries.cards import book_of
from linghang.apps.appraisal.queries.presets import preset_at
from linghang.apps.appraisal.queries.receivers import receivers_at
from linghang.apps.appraisal.tests.months_world import MonthUnit, at, month_unit
from linghang.apps.appraisal.views.public import document_of
from linghang.apps.exchange.documents.blocks import Grid
from linghang.apps.org.tests.world import make_organisation
from linghang.engine.periods import Month
from linghang.ui.web.errors import DomainError

JAN = Month(2026, 1)
FEB2 = date(2026, 2, 2)  # a Monday


@pytest.fixture(autouse=True)
def _folders(settings):
    settings.DEMO_TODAY = FEB2


@pytest.fixture
def unit(db) -> MonthUnit:
    made = month_unit(people=6)
    made.users["a-member"] = make_account("a-member", "member", made.places["a"].node)
    made.users["b-member"] = make_account("b-member", "member", made.places["b"].node)
    made.clock = at(2026, 2, 2)
    made.open(JAN)
    return made


@pytest.fixture
def browser(client):
    def enter(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


def page_of(unit, browser, who, name="appraisal:book", branch="a", **query):
    address = reverse(name, args=[unit.book(branch, JAN).uuid])
    return browser(unit.users[who]).get(address, query)


def take(unit, browser, who, step, branch="a", **more):
    address = reverse("appraisal:book-step", args=[unit.book(branch, JAN).uuid])
    return browser(unit.users[who]).post(address, {"step": step, **more})


def settled(unit, branch="a"):
    unit.close(branch, JAN)
    unit.settle(JAN, branch)


def published(unit, branch="a"):
    settled(unit, branch)
    unit.check(branch, JAN)
    unit.publish(branch, JAN)


@pytest.mark.row("S3-26")
def test_the_month_goes_step_by_step_with_one_button_for_what_comes_next(unit, browser, settings):
    text = page_of(unit, browser, "a-secretary").content.decode()
    assert "记录中" in text
    assert "没有一条记录" in text  # what looks thin, before closing
    assert take(unit, browser, "a-secretary", "close").status_code == 302
    with unit.scope():
        settle_books(books=[unit.book("a", JAN).uuid], actor=unit.viewer("officer"), now=unit.clock)
    assert "支部核对" in page_of(unit, browser, "a-secretary").content.decode()
    assert take(unit, browser, "a-secretary", "check").status_code == 302
    form = {"receiver": str(unit.users["a-discipline"].uuid), "manner": "当面说", "days": "5"}
    assert take(unit, browser, "a-secretary", "publish", **form).status_code == 302
    book = unit.book("a", JAN)
    assert (book.state, book.public_until) == (BookState.PUBLIC, date(2026, 2, 6))
    assert "2026年2月6日24:00，之后才能审定" in page_of(unit, browser, "a-secretary").content.decode()
    assert take(unit, browser, "a-secretary", "approve").status_code == 409
    settings.DEMO_TODAY = date(2026, 2, 9)
    assert take(unit, browser, "a-secretary", "approve").status_code == 302
    assert "您已经审定过" in page_of(unit, browser, "a-secretary").content.decode()
    assert take(unit, browser, "a-secretary", "approve").status_code == 409
    assert take(unit, browser, "a-discipline", "approve").status_code == 302
    assert unit.book("a", JAN).state is BookState.FINAL
    assert take(unit, browser, "a-secretary", "announce").status_code == 302
    assert unit.book("a", JAN).state is BookState.ANNOUNCED


def test_the_members_stand_by_the_sound_of_their_names_without_rank_and_each_number_opens(unit, browser):
    settled(unit)
    text = page_of(unit, browser, "a-secretary").content.decode()
    places = [text.index(f"党员a{n}") for n in range(6)]
    assert places == sorted(places)
    assert "名次" in text  # only in the sentence that there is none
    for person in unit.people["a"]:
        assert reverse("appraisal:statement", args=[person, "member-points", "2026-01"]) in text


def test_somebody_above_says_why_he_looks_before_he_sees_names(unit, browser):
    settled(unit)
    address = reverse("appraisal:book", args=[unit.book("a", JAN).uuid])
    client = browser(unit.users["officer"])
    assert "党员a0" not in client.get(address).content.decode()
    assert client.get(reverse("appraisal:book-export", args=[unit.book("a", JAN).uuid])).status_code == 403
    assert client.post(f"{address}reason/", {"reason": "看"}).status_code == 422
    assert client.post(f"{address}reason/", {"reason": "核对异议情况"}).status_code == 302
    assert "党员a0" in client.get(address).content.decode()
    leader = browser(unit.users["leader"]).get(address).content.decode()
    assert "党员a0" not in leader


@pytest.mark.row("S3-26")
def test_another_branch_finds_neither_the_book_nor_what_is_shown(unit, browser):
    published(unit)
    for who, name, status in (
        ("b-secretary", "appraisal:book", 404),
        ("b-secretary", "appraisal:public", 404),
        ("b-member", "appraisal:public", 404),
        ("a-member", "appraisal:book", 403),
        ("a-member", "appraisal:public", 200),
        ("a-member", "appraisal:book-export", 403),
        ("a-member", "appraisal:book-sheet", 403),
    ):
        assert page_of(unit, browser, who, name).status_code == status, (who, name)


def test_before_it_is_shown_fellow_members_see_nothing_of_a_month(unit, browser):
    settled(unit)
    assert page_of(unit, browser, "a-member", "appraisal:public").status_code == 404


def test_a_member_finds_the_months_of_his_own_branch_that_are_shown(unit, browser):
    published(unit, "a")
    settled(unit, "b")
    shown = browser(unit.users["a-member"]).get(reverse("appraisal:shown")).content.decode()
    assert reverse("appraisal:public", args=[unit.book("a", JAN).uuid]) in shown
    other = browser(unit.users["b-member"]).get(reverse("appraisal:shown")).content.decode()
    assert "还没有公示过" in other
    page = page_of(unit, browser, "a-member", "appraisal:public").content.decode()
    assert f'href="{reverse("appraisal:shown")}"' in page  # and from there back to the others


def enterprise(unit, since=FEB2, ground="职代会决议〔2026〕3号"):
    with unit.scope():
        node = unit.places["unit"].node.uuid
        actor = unit.viewer("officer")
        return set_preset(node=node, preset="enterprise", since=since, ground=ground, actor=actor, now=at(2026, 2, 2))


def test_by_default_fellow_members_see_a_distribution_and_nobodys_points(unit, browser):
    published(unit)
    text = page_of(unit, browser, "a-member", "appraisal:public").content.decode()
    assert "党员a0" not in text
    assert "机关事业" in text
    assert "6</span> 人" in text  # six people, one span of all of them


def test_an_enterprise_with_its_ground_shows_the_table_by_names(unit, browser):
    published(unit)
    enterprise(unit)
    text = page_of(unit, browser, "a-member", "appraisal:public").content.decode()
    assert "党员a0" in text
    assert "80.00" in text or "78.00" in text
    assert reverse("appraisal:statement", args=[unit.people["a"][0], "member-points", "2026-01"]) not in text
    assert page_of(unit, browser, "b-member", "appraisal:public").status_code == 404


def test_an_enterprise_preset_needs_its_ground_and_no_day_of_the_past(unit):
    for code, more in (("ground_needed", {"ground": " "}), ("preset_past", {"since": date(2026, 2, 1)})):
        with pytest.raises(DomainError) as caught:
            enterprise(unit, **more)
        assert caught.value.code == code


def test_the_nearest_place_that_said_something_until_the_day_holds(unit):
    path = unit.places["a"].node.path
    assert preset_at(path, on=FEB2).code == "office"
    enterprise(unit, since=date(2026, 3, 1))
    assert preset_at(path, on=date(2026, 2, 28)).code == "office"
    assert preset_at(path, on=date(2026, 3, 1)).code == "enterprise"
    with unit.scope():
        set_preset(
            node=unit.places["a"].node.uuid, preset="office", since=date(2026, 3, 2), ground="",
            actor=unit.viewer("officer"), now=at(2026, 3, 2),
        )  # fmt: skip
    assert preset_at(path, on=date(2026, 3, 2)).code == "office"
    assert preset_at(unit.places["b"].node.path, on=date(2026, 3, 2)).code == "enterprise"


def test_a_month_is_never_shown_more_openly_than_was_said_when_it_was_shown(unit, browser, settings):
    published(unit)
    enterprise(unit, since=date(2026, 2, 4))
    settings.DEMO_TODAY = date(2026, 2, 5)
    shown = page_of(unit, browser, "a-member", "appraisal:public").content.decode()
    assert "党员a0" not in shown  # it was shown while fellow members saw a distribution
    unit.clock = at(2026, 2, 4)
    published(unit, "b")
    shown = page_of(unit, browser, "b-member", "appraisal:public", branch="b").content.decode()
    assert "党员b0" in shown
    with unit.scope():
        set_preset(
            node=unit.places["unit"].node.uuid, preset="office", since=date(2026, 2, 5), ground="",
            actor=unit.viewer("officer"), now=at(2026, 2, 5),
        )  # fmt: skip
    shown = page_of(unit, browser, "b-member", "appraisal:public", branch="b").content.decode()
    assert "党员b0" not in shown  # what is said later hides what was open before


def test_a_distribution_speaks_of_five_people_or_more_in_each_span():
    assert distribution([8000] * 4) == ()
    assert distribution([8000] * 5) == ((8000, 9000, 5),)
    mixed = distribution([6100, 6200, 7100, 7200, 7300, 8100, 8200, 8300, 8400, 8500, 9900])
    assert [count for *_span, count in mixed] == [5, 6]
    assert mixed[0][1] == mixed[1][0]
    assert distribution([-500, 100, 200, 300, 400, 500])[0][0] == -1000


def test_the_list_and_the_sheet_can_be_taken_away_by_preset(unit, browser):
    published(unit)
    book = page_of(unit, browser, "a-secretary", "appraisal:book-export")
    assert book["Content-Type"].startswith("application/vnd.openxmlformats")
    for form in ("word", "pdf"):
        sheet = page_of(unit, browser, "a-secretary", "appraisal:book-sheet", format=form)
        assert sheet.status_code == 200
        assert len(b"".join(sheet.streaming_content)) > 1000


@pytest.mark.row("S3-26")
def test_the_sheet_for_the_wall_has_a_column_to_sign_and_shows_points_only_by_preset(unit):
    published(unit)
    with unit.scope():
        card = book_of(unit.book("a", JAN).uuid)
        members = members_of(card)
    grids = {}
    for with_points in (True, False):
        document = document_of(card, members, with_points=with_points)
        grids[with_points] = [block for block in document.blocks if isinstance(block, Grid)]
        assert "受理人：a-secretary同志" in document.blocks[0].text
        assert "非涉密" in document.footnote
    (table,) = grids[True]
    assert table.header[-1] == "本人签名"
    assert [row[1] for row in table.rows] == [f"党员a{n}" for n in range(6)]
    assert table.rows[0][-3] == "78.00"
    spread, signed = grids[False]
    assert [row[1] for row in spread.rows] == ["6"]
    assert "签名" in signed.header[2]
    assert not any("78.00" in row for row in signed.rows)


def test_the_last_days_of_a_showing_are_told_for_each_number_of_working_days():
    choices = day_choices(FEB2)
    assert (choices[0].days, choices[0].last) == (5, date(2026, 2, 6))
    assert "当日起算" in choices[0].words


def test_the_board_counts_and_each_count_opens_as_many(unit, browser):
    unit.close("a", JAN)
    client = browser(unit.users["officer"])
    address = reverse("appraisal:books")
    for state, count in (("closed", 1), ("recording", 1), ("public", 0), ("", 2)):
        page = client.get(address, {"month": "2026-01", "state": state})
        assert page.context["page"].total == count, state
        assert {code: n for code, _label, n in page.context["counts"]}.get(state, 2) == count
    assert client.get(address, {"month": "2026-01", "export": "xlsx"}).status_code == 200


def test_the_board_offers_the_steps_that_its_books_can_take_and_nothing_to_tick_when_there_is_none(unit, browser):
    client, address = browser(unit.users["officer"]), reverse("appraisal:books")
    unit.whole_month(JAN, "a")
    shown = client.get(address, {"month": "2026-01"})
    assert [code for code, _label in shown.context["steps"]] == ["close", "announce"]
    unit.whole_month(JAN, "b")
    ended = client.post(
        reverse("appraisal:books-step"), {"step": "announce", "all": 1, "query": "month=2026-01"}, follow=True
    )
    assert ended.context["steps"] == []
    assert 'type="checkbox"' not in ended.content.decode().partition("<main")[2]


def test_a_step_in_bulk_names_those_that_were_refused_with_the_reason(unit, browser):
    unit.close("a", JAN)
    client = browser(unit.users["officer"])
    address = reverse("appraisal:books-step")
    page = client.post(address, {"step": "close", "all": "1", "query": "month=2026-01"})
    text = page.content.decode()
    assert "办了 1 个支部" in text
    assert "这个月已经关账，不用再关" in text
    assert unit.book("b", JAN).state is BookState.CLOSED
    assert client.post(address, {"step": "nonsense"}).status_code == 404
    assert client.post(address, {"step": "close"}).status_code == 302
    assert client.post(address, {"step": "open", "query": "month=2026-02"}).status_code == 302
    assert unit.book("a", Month(2026, 2)).state is BookState.RECORDING


def test_settling_in_bulk_starts_a_job(unit, browser):
    unit.close("a", JAN)
    client = browser(unit.users["officer"])
    books = [str(unit.book("a", JAN).uuid)]
    answer = client.post(reverse("appraisal:books-step"), {"step": "settle", "book": books, "query": "month=2026-01"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/jobs/")


def test_settling_in_bulk_leaves_what_is_final_and_says_so_when_everything_is(unit, browser):
    feb = Month(2026, 2)
    unit.whole_month(JAN, "a")
    unit.open(feb)
    unit.close("a", feb)
    final, closed = str(unit.book("a", JAN).uuid), str(unit.book("a", feb).uuid)
    client, address = browser(unit.users["officer"]), reverse("appraisal:books-step")
    started = client.post(address, {"step": "settle", "book": [final, closed]})
    assert started["Location"].startswith("/jobs/")
    assert "2026年2月积分核算" in client.get(started["Location"]).content.decode()
    refused = client.post(address, {"step": "settle", "book": [final]}, follow=True)
    assert "没有可以核算的" in refused.content.decode()


def test_the_page_of_presets_says_what_was_set_and_refuses_in_words(unit, browser):
    client = browser(unit.users["officer"])
    address = reverse("appraisal:presets")
    form = {"node": str(unit.places["unit"].node.uuid), "preset": "enterprise", "since": "2026-02-02", "ground": ""}
    refused = client.post(address, form)
    assert refused.status_code == 422
    assert "须写明依据" in refused.content.decode()
    assert client.post(address, form | {"ground": "职代会决议〔2026〕3号"}).status_code == 302
    assert "职代会决议〔2026〕3号" in client.get(address).content.decode()
    assert browser(unit.users["a-secretary"]).get(address).status_code == 403


def test_objections_go_to_somebody_who_holds_a_post_there_and_to_nobody_else(unit, browser):
    settled(unit)
    unit.check("a", JAN)
    asked = {"book": unit.book("a", JAN).uuid, "manner": "当面提出", "now": unit.clock}
    for who in ("a-member", "b-discipline", "officer", "leader"):
        with unit.scope(), pytest.raises(DomainError) as caught:
            publish_book(**asked, receiver=unit.users[who].uuid, actor=unit.viewer("a-secretary"))
        assert caught.value.code == "public_receiver", who
    with unit.scope("a-secretary"):
        line = publish_book(**asked, receiver=unit.users["a-discipline"].uuid, actor=unit.viewer("a-secretary"))
    assert line.state is BookState.PUBLIC


def test_where_nobody_holds_a_post_the_nearest_above_takes_objections(unit):
    bare = make_organisation("branch", "新建党支部", unit.places["unit"], code="DL09")
    with unit.scope():
        assert [one.name for one in receivers_at(bare.node.path, on=FEB2)] == ["officer同志"]
        own = [one.name for one in receivers_at(unit.places["a"].node.path, on=FEB2)]
    assert own == ["a-discipline同志", "a-secretary同志"]
