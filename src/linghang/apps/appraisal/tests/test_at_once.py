"""Two who do the same step of a month at the same moment: one is done, the other reads a sentence."""

from datetime import UTC, datetime

import pytest

from linghang.apps.access.tests.at_once import refusals
from linghang.apps.access.tests.world import make_account
from linghang.apps.appraisal.data.duty import Verdict
from linghang.apps.appraisal.models import DutyAudit, DutySheet
from linghang.apps.appraisal.operations.duty import judge_sheet, send_sheet
from linghang.apps.appraisal.tests.months import FEBRUARY, make_branch
from linghang.ui.web.scope import system_scope

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 3, 1, tzinfo=UTC)


def at_once(*calls):
    """The codes of what was refused, "" for what was done, in order."""
    return sorted(refusal.code if refusal else "" for refusal in refusals(*calls))


def test_two_who_judge_or_send_a_sheet_at_once_do_so_once():
    branch = make_branch()
    branch.users["second"] = make_account("second", "officer", branch.places["parent"].node)
    on = NOW.date()
    send = {"place": branch.place.uuid, "month": FEBRUARY, "note": "", "now": NOW}
    senders = [branch.viewer(who, on) for who in ("secretary", "organiser")]
    outcomes = at_once(*(lambda actor=actor: send_sheet(**send, actor=actor) for actor in senders))
    assert outcomes == ["", "sheet_waits"]
    with system_scope(reason="test"):
        sheet = DutySheet.objects.get().uuid
    judge = {"sheet": sheet, "verdict": Verdict.PASSED, "remark": "", "now": NOW}
    judges = [branch.viewer(who, on) for who in ("officer", "second")]
    outcomes = at_once(*(lambda actor=actor: judge_sheet(**judge, actor=actor) for actor in judges))
    assert outcomes == ["", "sheet_judged"]
    with system_scope(reason="test"):
        assert DutyAudit.objects.count() == 1
