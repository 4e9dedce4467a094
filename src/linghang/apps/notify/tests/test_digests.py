"""The daily e-mail against a real server: only when something is due, never lost, twice at the very most."""

import os
import subprocess
import sys
import textwrap
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.contrib.auth import get_user_model

from linghang.apps.notify.data import MailState
from linghang.apps.notify.models import Mail
from linghang.apps.notify.operations import mark_all_read, notify, send_due_digests
from linghang.apps.notify.queries import mail_preference_of, unread_count
from linghang.apps.notify.tests.conftest import wish

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 5)
NINE = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
DAY = timedelta(days=1)


def tell(person, due=TODAY, text="张三积分异议待答复 86.00"):
    notify(users=[person.uuid], kind="test", text=text, link="/org/", due=due, now=NINE)


def the_mail() -> Mail:
    return Mail.objects.get()


def test_two_things_due_make_one_mail_that_only_counts_them(post, wants_mail):
    tell(wants_mail)
    tell(wants_mail, due=TODAY - DAY)
    tell(wants_mail, due=TODAY + DAY)
    tell(wants_mail, due=None)
    assert send_due_digests(now=NINE) == 1
    (message,) = post.delivered
    assert message["Subject"] == "您有2项待办"
    assert message.get_content_type() == "text/plain"
    assert message.get_content().split() == ["您有2项待办", "http://party.example.cn:8000/notify/"]
    assert post.receivers == ["zhangsan@xn--fsqu00a.cn"]


def test_no_name_no_points_and_no_word_of_the_matter_leaves_the_house(post, wants_mail):
    tell(wants_mail)
    send_due_digests(now=NINE)
    sent = post.delivered[0].as_string() + post.delivered[0].get_content()
    assert not [word for word in ("张三", "86.00", "异议", "/org/") if word in sent]


def test_one_mail_a_day_however_often_the_task_runs_and_another_tomorrow_if_still_due(post, wants_mail):
    tell(wants_mail)
    for minutes in range(0, 60, 5):
        send_due_digests(now=NINE + timedelta(minutes=minutes))
    assert len(post.delivered) == 1
    send_due_digests(now=NINE + DAY)
    assert len(post.delivered) == 2
    mark_all_read(actor=wants_mail, now=NINE + DAY)
    send_due_digests(now=NINE + 2 * DAY)
    assert len(post.delivered) == 2


def test_nothing_due_means_no_mail(post, wants_mail):
    tell(wants_mail, due=TODAY + DAY)
    assert send_due_digests(now=NINE) == 0
    assert post.heard == []


def test_nobody_gets_mail_who_did_not_ask_for_it(post, miner):
    tell(miner)
    assert send_due_digests(now=NINE) == 0
    wish(miner, on=False)
    assert send_due_digests(now=NINE) == 0


def test_quiet_hours_put_the_mail_off_until_they_end(post, wants_mail):
    wish(wants_mail, quiet_from=time(8, 30), quiet_to=time(10))
    tell(wants_mail)
    assert send_due_digests(now=NINE) == 0
    assert send_due_digests(now=NINE + timedelta(hours=1)) == 1


def test_an_installation_without_a_mail_server_only_speaks_in_the_page(wants_mail, settings):
    settings.EMAIL_CONFIGURED = False
    tell(wants_mail)
    assert send_due_digests(now=NINE) == 0
    assert not Mail.objects.exists()
    assert unread_count(user=wants_mail.uuid) == 1


def test_a_busy_server_delays_the_mail_and_does_not_double_it(post, wants_mail):
    post.moods += ["busy", "hang-up-before-text"]
    tell(wants_mail)
    assert send_due_digests(now=NINE) == 0
    assert the_mail().state == MailState.WAITING
    assert send_due_digests(now=NINE + timedelta(minutes=4)) == 0
    assert len(post.moods) == 1
    send_due_digests(now=NINE + timedelta(minutes=5))
    send_due_digests(now=NINE + timedelta(minutes=30))
    assert len(post.delivered) == 1


def test_a_server_that_is_down_for_days_gets_one_mail_when_it_is_back_not_three(post, wants_mail, settings):
    settings.EMAIL_PORT = 1
    tell(wants_mail)
    for days in range(3):
        assert send_due_digests(now=NINE + days * DAY) == 0
    settings.EMAIL_PORT = post.port
    send_due_digests(now=NINE + 2 * DAY + timedelta(hours=7))
    assert len(post.delivered) == 1
    assert sorted(Mail.objects.values_list("state", flat=True)) == ["replaced", "replaced", "sent"]


def test_when_no_server_answers_the_others_do_not_wait_for_it_one_by_one(wants_mail, secretary, post, settings):
    settings.EMAIL_PORT = 1
    wish(secretary)
    tell(wants_mail)
    tell(secretary)
    send_due_digests(now=NINE)
    assert sorted(Mail.objects.values_list("attempts", flat=True)) == [0, 1]


def test_a_line_cut_after_the_text_makes_the_mail_a_maybe_that_is_sent_once_more_with_the_same_key(post, wants_mail):
    post.moods += ["hang-up-after-text"]
    tell(wants_mail)
    assert send_due_digests(now=NINE) == 0
    assert the_mail().state == MailState.MAYBE
    assert send_due_digests(now=NINE + timedelta(minutes=5)) == 1
    assert the_mail().state == MailState.SENT
    first, second = post.delivered
    assert first["Message-ID"] == second["Message-ID"] == f"<{the_mail().uuid}@localhost>"
    assert first.get_content() == second.get_content()


def test_a_mail_in_doubt_twice_is_not_sent_a_third_time_and_keeps_the_word_maybe(post, wants_mail):
    post.moods += ["hang-up-after-text", "hang-up-after-text"]
    tell(wants_mail)
    for hours in range(12):
        send_due_digests(now=NINE + timedelta(hours=hours))
    assert len(post.heard) == 2
    assert the_mail().state == MailState.MAYBE


def test_a_refused_address_is_not_tried_again_and_its_owner_reads_why(post, wants_mail):
    post.moods += ["unknown"]
    tell(wants_mail)
    send_due_digests(now=NINE)
    send_due_digests(now=NINE + timedelta(hours=8))
    assert post.heard == []
    assert mail_preference_of(user=wants_mail.uuid).trouble == "550 no such mailbox"
    wish(wants_mail, address="new@example.cn")
    assert mail_preference_of(user=wants_mail.uuid).trouble == ""


def test_a_text_that_the_server_refuses_was_not_delivered(post, wants_mail):
    post.moods += ["spam"]
    tell(wants_mail)
    assert send_due_digests(now=NINE) == 0
    assert the_mail().state == MailState.REFUSED


SENDER = textwrap.dedent("""
    import django; django.setup()
    from datetime import datetime
    from django.conf import settings
    from linghang.apps.notify.operations import send_due_digests
    send_due_digests(now=datetime.fromisoformat({now!r}))
""")


def sender(database, port: int, now: datetime) -> subprocess.Popen:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "linghang.config.settings",
        "LINGHANG_DATABASE_URL": database.app_url,
        "LINGHANG_EMAIL_HOST": "127.0.0.1",
        "LINGHANG_EMAIL_PORT": str(port),
    }
    return subprocess.Popen([sys.executable, "-c", SENDER.format(now=now.isoformat())], env=environment)


@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_while_handing_over_leaves_a_maybe_that_is_sent_once_more(post, wants_mail, test_database):
    post.moods += ["wait"]
    tell(wants_mail)
    process = sender(test_database, post.port, NINE)
    assert post.at_text.wait(20)
    process.kill()
    process.wait()
    post.go_on.set()
    assert the_mail().state == MailState.MAYBE
    assert send_due_digests(now=NINE + timedelta(minutes=5)) == 0  # it may still be talking, for all we know
    send_due_digests(now=NINE + timedelta(minutes=16))
    send_due_digests(now=NINE + timedelta(minutes=30))
    assert the_mail().state == MailState.SENT
    assert [message["Message-ID"] for message in post.heard] == [post.heard[0]["Message-ID"]] * 2


def test_an_account_that_was_stopped_gets_no_more_mail(post, wants_mail):
    tell(wants_mail)
    get_user_model().objects.filter(uuid=wants_mail.uuid).update(is_active=False)
    assert send_due_digests(now=NINE) == 0
    assert post.heard == []


@pytest.mark.parametrize("change", [{"on": False}, {"address": "new@例子.cn"}])
def test_a_mail_that_waits_is_not_sent_to_where_nobody_wants_it_any_more(post, wants_mail, settings, change):
    tell(wants_mail)
    settings.EMAIL_PORT = 1  # no server there: the mail waits
    send_due_digests(now=NINE)
    assert the_mail().state == MailState.WAITING
    settings.EMAIL_PORT = post.port
    wish(wants_mail, **change)
    send_due_digests(now=NINE + DAY)
    assert "zhangsan@xn--fsqu00a.cn" not in post.receivers
