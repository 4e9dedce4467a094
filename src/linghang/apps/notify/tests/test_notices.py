"""What a person is told stands in his page exactly once, and nobody else sees it."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from linghang.apps.notify.operations import mark_all_read, mark_read, notify
from linghang.apps.notify.queries import notices_of, unread_count
from linghang.ui.web.errors import DomainError

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


def tell(*people, text="补学确认", link="/org/", key=None, due=None):
    users = [person.uuid for person in people]
    return notify(users=users, kind="test", text=text, link=link, due=due, now=NOW, key=key)


def texts(person, show="all"):
    return [notice.text for notice in notices_of(user=person.uuid, show=show, number=1).rows]


def test_each_person_gets_his_own_message(miner, secretary):
    assert tell(miner, secretary) == 2
    assert texts(miner) == texts(secretary) == ["补学确认"]


def test_the_same_thing_told_twice_stands_once(miner, secretary):
    assert tell(miner, key="case-7") == 1
    assert tell(miner, secretary, key="case-7") == 1
    assert texts(miner) == ["补学确认"]


def test_without_a_key_everything_told_stands_there(miner):
    tell(miner)
    tell(miner)
    assert unread_count(user=miner.uuid) == 2


def test_a_read_message_is_not_counted_any_more_and_keeps_the_first_time_of_reading(miner):
    tell(miner)
    (notice,) = notices_of(user=miner.uuid, show="unread", number=1).rows
    mark_read(notice=notice.uuid, actor=miner, now=NOW)
    again = mark_read(notice=notice.uuid, actor=miner, now=datetime(2027, 1, 1, tzinfo=UTC))
    assert again.read_at == NOW
    assert unread_count(user=miner.uuid) == 0
    assert texts(miner, "unread") == []


def test_marking_all_leaves_other_peoples_messages_unread(miner, secretary):
    tell(miner, secretary)
    assert mark_all_read(actor=miner, now=NOW) == 1
    assert unread_count(user=secretary.uuid) == 1


def test_nobody_marks_another_persons_message(miner, secretary):
    tell(miner)
    (notice,) = notices_of(user=miner.uuid, show="all", number=1).rows
    with pytest.raises(DomainError) as refused:
        mark_read(notice=notice.uuid, actor=secretary, now=NOW)
    assert refused.value.status == 404


@pytest.mark.parametrize(
    "link", ["https://elsewhere.example", "//elsewhere", "/\\elsewhere", "javascript:alert(1)", ""]
)
def test_a_message_links_only_into_the_product(miner, link):
    with pytest.raises(ValueError, match="page of this product"):
        tell(miner, link=link)


def test_an_unknown_person_is_nobody(db):
    assert notify(users=[uuid4()], kind="test", text="x", link="/", due=None, now=NOW) == 0
