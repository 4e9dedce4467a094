"""Nothing changes by a link: whoever is led to an address by a picture or a message has done nothing there."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linghang.ui.web.routes import rules
from tests.permissions.table import addresses
from tests.permissions.targets import DATA, OBJECTS
from tests.permissions.test_matrix import WHOLE_TABLE, taken_back

WRITES = re.compile(
    r"^\s*(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|COPY)\s+\"?(\w+)|\b(nextval|setval)\b", re.IGNORECASE
)
# who read what is written down, and a session says that it is still used; neither is anybody's business data
NOTED = frozenset({"audit_accesslog", "django_session"})
# a key has to be there before its picture can be shown; it counts only once it is confirmed
ALSO = {"access:mfa-enrol": {"access_authenticator"}}
# what a form would send, in case an address takes it from a link as well
SENT = {
    "reason": "看看会不会办", "note": "看看会不会办", "code": "mistake", "step": "confirm", "act": "cancel",
    "what": "pause", "last_day": "2026-03-05", "valid_from": "2026-03-05", "active": "0", "confirm": "1", "submit": "1",
    "return-note": "看看会不会办", "text": "看看会不会办", "name": "看看会不会办",
}  # fmt: skip


def written(statements) -> set[str]:
    found = (WRITES.search(one["sql"]) for one in statements)
    return {match[1] or match[2] for match in found if match} - NOTED


VISITORS = (
    "officer",
    "member",
    "system_admin",
    "secretary",
)  # `make soak` asks as each, `make test` as the first who may
METHODS = ("get", "head") if WHOLE_TABLE else ("get",)


@pytest.mark.parametrize("name", sorted(addresses()))
def test_looking_at_an_address_changes_nothing(name, world):
    rule = rules()[name]
    asking = [who for who in VISITORS if rule.public or rule.admits({who}, "GET")]
    for who in asking if WHOLE_TABLE else asking[:1]:
        with taken_back():
            _look(name, who, world)


def _look(name: str, who: str, world) -> None:
    user, browser = world.visit(who, "own")
    reach = rules()[name].reach(who)
    cell = world.cell("self" if reach and reach.value == "self" else "own", user)
    arguments = OBJECTS[name](cell) if name in OBJECTS else {}
    if arguments is None or (addresses()[name] and name not in OBJECTS):
        return
    said = DATA[name](cell) if name in DATA else {}
    plain = {key: value for key, value in (said or {}).items() if isinstance(value, str)}
    for method in METHODS:
        with CaptureQueriesContext(connection) as asked:
            answer = getattr(browser, method)(reverse(name, kwargs=arguments), SENT | plain)
            if answer.streaming:
                b"".join(answer.streaming_content)
        assert written(asked.captured_queries) <= ALSO.get(name, set()), (
            f"{method} {name} as {who}: {answer.status_code}"
        )
