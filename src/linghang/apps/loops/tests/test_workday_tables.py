"""工作日表: uploaded in the browser when a notice appears; every process counts by it at once."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse

from linghang.apps.access.tests.world import make_account, make_node
from linghang.apps.exchange.models import WorkdayTable
from linghang.ui.web.workdays import CALENDAR, HouseCalendar

NOTICE = "日期,是否上班,文号\n2031-01-04,是,示例1号\n2031-01-06,否,示例1号\n2031,全年,示例1号\n"


@pytest.fixture
def administrator(db, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(make_account("admin", "system_admin"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def upload(client, text: str, encoding: str = "utf-8"):
    file = BytesIO(text.encode(encoding))
    file.name = "2031年放假.csv"
    return client.post(reverse("exchange:workdays"), {"file": file}, follow=True)


@pytest.mark.django_db(transaction=True)
def test_an_uploaded_table_counts_at_once_in_every_process_until_it_is_taken_back(administrator):
    start = date(2031, 1, 3)
    before = CALENDAR.add_workdays(start, 1)
    assert (before.day, before.provisional) == (date(2031, 1, 6), True)
    page = upload(administrator, NOTICE).content.decode()
    assert "工作日表已启用" in page
    assert "使用中" in page
    other = HouseCalendar()  # as another process has it
    for calendar in (CALENDAR, other):
        first, second = calendar.add_workdays(start, 1), calendar.add_workdays(start, 2)
        assert (first.day, first.provisional) == (date(2031, 1, 4), False)
        assert second.day == date(2031, 1, 7)
    table = WorkdayTable.objects.get()
    assert (table.days, table.years, table.put_by.username) == (2, [2031], "admin")
    page = administrator.post(reverse("exchange:workdays-end", args=[table.uuid]), follow=True).content.decode()
    assert "已停用" in page
    assert CALENDAR.add_workdays(start, 1) == before
    assert administrator.post(reverse("exchange:workdays-end", args=[table.uuid])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_later_notice_goes_over_an_earlier_one(administrator):
    upload(administrator, NOTICE)
    upload(administrator, "日期,是否上班,文号\n2031-01-04,否,示例2号\n", encoding="gb18030")
    assert CALENDAR.add_workdays(date(2031, 1, 3), 1).day == date(2031, 1, 7)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("日期,是否上班,文号\n2031-01-04,也许,示例1号\n", "2行：看不懂“也许”是否上班"),
        ("何时,如何\n", "第一行应是"),
        ("日期,是否上班,文号\n", "表里没有一天"),
    ],
)
def test_a_table_with_a_wrong_row_is_refused_as_a_whole_with_its_line(administrator, text, words):
    answer = upload(administrator, text)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not WorkdayTable.objects.exists()


def test_only_who_administers_the_whole_installation_uploads(db, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    place = make_node("北山矿业党委")
    for role, status in (("system_admin", 422), ("officer", 403)):
        account = make_account(f"one-{role}", role, place)
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(reverse("exchange:workdays"))
        assert page.status_code == 200
        assert "启用</button>" not in page.content.decode()
        assert upload(client, NOTICE).status_code == status
    assert not WorkdayTable.objects.exists()
