"""A unit of two branches for many people at once, in an installation, by processes of their own (see month_load.py).

python -m tests.server.month_rows seed RECORDERS REVIEWERS   one month shown and its days over; prints who may do what
python -m tests.server.month_rows tell                       books what came late; prints what was found
"""

import json
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from tests.server.ledger_rows import environment

PEOPLE = 20  # of each branch


def run(data: Path, action: str, *arguments: str) -> dict:
    command = [sys.executable, "-m", "tests.server.month_rows", action, *arguments]
    done = subprocess.run(command, env=environment(data), capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def seed(recorders: int, reviewers: int) -> dict:
    """The month before last is shown in both branches since its first days; sessions for everybody."""
    from linghang.apps.access.tests.world import make_account
    from linghang.apps.appraisal.models import Binding
    from linghang.apps.appraisal.tests.months_world import SCHEME, month_unit
    from linghang.engine.periods import Month
    from linghang.ui.web import clock

    month = Month.of(clock.today()) + -2
    unit = month_unit(branches=2, people=PEOPLE)
    Binding.objects.filter(pk=unit.binding.pk).update(since=month.index)
    unit.clock = _moment((month + 1).first)
    for people in unit.people.values():
        for number, person in enumerate(people):
            unit.sequence = -1  # the first of that day; recorders write down further ones
            unit.volunteered(person, month.first + timedelta(days=number))
    unit.open(month)
    for branch in unit.people:
        unit.close(branch, month)
    unit.settle(month)
    for branch in unit.people:
        unit.check(branch, month)
        unit.publish(branch, month)
    for number in range(recorders):
        branch = "ab"[number % 2]
        unit.users[f"recorder-{number}"] = make_account(f"recorder-{number}", "organiser", unit.places[branch].node)
    for number in range(reviewers):
        unit.users[f"reviewer-{number}"] = make_account(f"reviewer-{number}", "officer", unit.places["unit"].node)
    return {
        "month": str(month),
        "scheme": SCHEME,
        "places": {branch: str(unit.places[branch].uuid) for branch in unit.people},
        "people": {branch: [str(person) for person in people] for branch, people in unit.people.items()},
        "books": {branch: str(unit.book(branch, month).uuid) for branch in unit.people},
        "sessions": {who: _session(user) for who, user in unit.users.items()},
    }


def _moment(day) -> datetime:
    return datetime.combine(day + timedelta(days=2), time(3), tzinfo=UTC)


def _session(user) -> str:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def tell() -> dict:
    """The month after is closed and settled: everything that came late is in it, once, as a recompute gives it."""
    from linghang.apps.appraisal.models import Adjustment, Binding, Statement
    from linghang.apps.appraisal.operations.months import close_recording, open_books, settle_books
    from linghang.apps.appraisal.queries.inputs import facts_of, read_inputs
    from linghang.apps.appraisal.queries.months import BookFilter, books_rows
    from linghang.apps.ledger.models import Fact, StandingFact
    from linghang.engine.periods import Month
    from linghang.engine.roster import Roster
    from linghang.engine.settle.run import Request, settle
    from linghang.ui.web import clock

    binding = Binding.objects.select_related("node").get()
    month, now = Month.from_index(binding.since), clock.now()
    after, officer = month + 1, _officer(clock.today())
    open_books(month=after, node=binding.node.uuid, now=now)
    books = [row.uuid for row in books_rows(BookFilter(month=after, scheme=binding.scheme, path=binding.node.path))]
    for book in books:
        close_recording(book=book, actor=officer, now=now)
    settle_books(books=books, actor=officer, now=now)
    booked: dict[str, int] = {}
    for rows in (Statement._base_manager.filter(month=month.index, final=True), Adjustment._base_manager.all()):
        for subject, counted in rows.values_list("subject", "counted"):
            booked[str(subject)] = booked.get(str(subject), 0) + (counted or 0)
    inputs = read_inputs(binding=binding.pk, month=month)
    request = Request(inputs.pack, inputs.scheme, Roster(one.member for one in inputs.subjects), month, inputs.closings)
    settled = settle(request, facts_of(inputs), engine="reference")
    codes = [member.code for member in settled.roster]
    full = {codes[row["subject"]]: row["counted"] or 0 for row in settled.rows("months")}
    return {
        "final": Statement._base_manager.filter(month=month.index, final=True).count(),
        "adjustments": Adjustment._base_manager.count(),
        "facts": [str(uuid) for uuid in Fact.objects.values_list("uuid", flat=True)],
        "standing": StandingFact.objects.count(),
        "booked": booked,
        "full": full,
    }


def _officer(day):
    from linghang.apps.access.models import User
    from linghang.apps.access.tests.world import viewer

    return viewer(User.objects.get(username="officer"), day)


if __name__ == "__main__":
    import django

    django.setup()
    from linghang.ui.web.scope import system_scope

    with system_scope(reason="test"):
        answer = seed(int(sys.argv[2]), int(sys.argv[3])) if sys.argv[1] == "seed" else tell()
    print(json.dumps(answer))
