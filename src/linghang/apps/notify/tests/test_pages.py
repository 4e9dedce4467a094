"""What a person sees of his messages, and how he chooses about e-mail."""

import re
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from linghang.apps.notify.operations import notify
from linghang.apps.notify.queries import mail_preference_of, notices_of, unread_count

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


def browser(viewer) -> Client:
    user = get_user_model().objects.get(uuid=viewer.uuid)
    user.must_change_password = False
    user.save()
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def tell(*people, text="请确认补学", due=None):
    users = [person.uuid for person in people]
    notify(users=users, kind="test", text=text, link="/jobs/", due=due, now=NOW)


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_bell_on_every_page_counts_what_is_unread(miner, secretary):
    tell(miner)
    tell(miner)
    assert 'aria-label="消息，2 条未读"' in browser(miner).get("/jobs/").content.decode()
    assert 'aria-label="消息，0 条未读"' in browser(secretary).get("/jobs/").content.decode()
    assert "条未读" not in Client().get("/access/sign-in/").content.decode()


def test_the_list_shows_ones_own_messages_with_their_due_date(miner, secretary):
    tell(miner, due=date(2026, 3, 9))
    tell(secretary, text="别人的消息")
    page = text_of(browser(miner).get("/notify/"))
    assert "请确认补学" in page
    assert "2026年3月9日" in page
    assert "别人的消息" not in page


def test_opening_a_message_marks_it_and_leads_to_the_matter(miner):
    tell(miner)
    (notice,) = notices_of(user=miner.uuid, show="all", number=1).rows
    page = browser(miner)
    assert page.post(f"/notify/{notice.uuid}/open/").headers["Location"] == "/jobs/"
    assert unread_count(user=miner.uuid) == 0
    assert "没有未读消息" in text_of(page.get("/notify/"))
    assert "请确认补学" in text_of(page.get("/notify/?show=all"))


def test_looking_at_an_address_never_marks_anything(miner):
    tell(miner)
    (notice,) = notices_of(user=miner.uuid, show="all", number=1).rows
    assert browser(miner).get(f"/notify/{notice.uuid}/open/").status_code == 405
    assert unread_count(user=miner.uuid) == 1


def test_another_persons_message_cannot_be_opened(miner, secretary):
    tell(miner)
    (notice,) = notices_of(user=miner.uuid, show="all", number=1).rows
    assert browser(secretary).post(f"/notify/{notice.uuid}/open/").status_code == 404
    assert unread_count(user=miner.uuid) == 1


def test_all_are_marked_with_one_button(miner):
    tell(miner)
    tell(miner)
    browser(miner).post("/notify/read-all/")
    assert unread_count(user=miner.uuid) == 0


def test_e_mail_is_off_until_a_person_turns_it_on_with_an_address(miner):
    page = browser(miner)
    assert mail_preference_of(user=miner.uuid).on is False
    times = {"quiet_from": "20:00", "quiet_to": "08:00"}
    refused = page.post("/notify/mail/", {"on": "on", "address": "", **times})
    assert "请填写邮箱，或者关闭邮件提醒。" in text_of(refused)
    assert mail_preference_of(user=miner.uuid).on is False
    saved = page.post("/notify/mail/", {"on": "on", "address": "z@example.cn", **times}, follow=True)
    assert "已保存邮件提醒设置。" in text_of(saved)
    assert mail_preference_of(user=miner.uuid).address == "z@example.cn"


def test_the_page_says_when_there_is_no_mail_server(miner, settings):
    settings.EMAIL_CONFIGURED = False
    assert "还没有设置邮件服务器" in text_of(browser(miner).get("/notify/mail/"))


def test_the_pages_speak_english_too(miner):
    tell(miner, text="x")
    page = browser(miner)
    for path in ("/notify/", "/notify/?show=all", "/notify/mail/"):
        main = page.get(path, headers={"Accept-Language": "en"}).content.decode().split("<main")[1].split("</main>")[0]
        assert not re.search(r"[\u4e00-\u9fff]", main), main
