"""When a digest may go out, and what becomes of it."""

from datetime import UTC, datetime, time, timedelta

import pytest

from linghang.apps.notify.data import MailState
from linghang.apps.notify.policies import LONGEST_WAIT, Outcome, after_sending, is_quiet, wait_after

NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "start", "end", "quiet"),
    [
        (time(20, 0), time(20), time(8), True),
        (time(19, 59), time(20), time(8), False),
        (time(7, 59), time(20), time(8), True),
        (time(8, 0), time(20), time(8), False),
        (time(12, 30), time(12), time(14), True),
        (time(14, 0), time(12), time(14), False),
        (time(3, 0), time(8), time(8), False),
    ],
)
def test_quiet_hours_hold_their_first_minute_not_their_last_and_run_over_midnight(at, start, end, quiet):
    assert is_quiet(at, start, end) is quiet


def test_a_mail_in_doubt_is_owed_exactly_one_more_sending():
    first = after_sending(Outcome.UNKNOWN, attempts=1, doubts=1, now=NOW)
    second = after_sending(Outcome.UNKNOWN, attempts=2, doubts=2, now=NOW)
    assert (first.state, first.retry_at) == (MailState.MAYBE, NOW + timedelta(minutes=5))
    assert (second.state, second.retry_at) == (MailState.MAYBE, None)


def test_an_unreachable_server_is_tried_for_as_long_as_it_takes():
    for attempts in (1, 10, 100_000):
        verdict = after_sending(Outcome.NO_SERVER, attempts=attempts, doubts=0, now=NOW)
        assert verdict.state == MailState.WAITING
        assert NOW < verdict.retry_at <= NOW + LONGEST_WAIT


def test_a_mail_in_doubt_stays_in_doubt_when_its_second_sending_certainly_failed():
    verdict = after_sending(Outcome.NOT_SENT, attempts=2, doubts=1, now=NOW)
    assert (verdict.state, bool(verdict.retry_at)) == (MailState.MAYBE, True)


def test_waiting_doubles_from_five_minutes_to_six_hours():
    minutes = [wait_after(n).total_seconds() / 60 for n in (1, 2, 3, 50)]
    assert minutes == [5, 10, 20, 360]
