from datetime import UTC, date, datetime
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from linghang.apps.audit.middleware import ReadLogMiddleware
from linghang.apps.audit.models import AccessLog
from linghang.apps.audit.operations import record_reading
from linghang.apps.audit.queries import reads_of_person, reads_page
from linghang.ui.web.reads import Reading, note_list, note_person, reading_of
from linghang.ui.web.routes import Reach, Rule
from linghang.ui.web.scope import Scope, system_scope, use_scope
from linghang.ui.web.viewer import Viewer

NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
RULE = Rule("test:list", "名单", roles={"officer": Reach.SUBTREE}, reads=True)
PLAIN = Rule("test:plain", "说明", roles={"officer": Reach.SUBTREE})
SCOPE = Scope(subtrees=("1/2/",))
CHANGES = ["UPDATE audit_accesslog SET reason = 'x'", "DELETE FROM audit_accesslog", "TRUNCATE audit_accesslog"]


def reader() -> Viewer:
    return Viewer(uuid=uuid4(), name="王红")


def record(*, viewer: Viewer | None = None, path: str = "1/2/", now: datetime = NOW, **notes) -> int:
    reading = Reading(**notes)
    scope = Scope(subtrees=(path,))
    return record_reading(viewer=viewer or reader(), rule=RULE, scope=scope, reading=reading, now=now)


def rows() -> list[AccessLog]:
    with system_scope(reason="test"):
        return list(AccessLog.objects.order_by("pk"))


def answer(view, *, rule: Rule = RULE, viewer: Viewer | None = None) -> HttpResponse:
    request = RequestFactory().get("/")
    vars(request).update(rule=rule, viewer=viewer or reader(), scope=SCOPE, now=NOW)
    return ReadLogMiddleware(view)(request)


@pytest.mark.django_db
def test_a_page_with_business_data_leaves_one_row():
    def view(request):
        note_list(request, count=41, filters={"month": "2026-03", "kind": ""})
        return HttpResponse("ok")

    answer(view)
    (row,) = rows()
    assert (row.page, row.count, row.filters, row.path, row.person) == (
        "test:list",
        41,
        {"month": "2026-03"},
        "1/2/",
        None,
    )


@pytest.mark.django_db
def test_a_page_on_persons_leaves_one_row_for_each_of_them():
    first, second = uuid4(), uuid4()

    def view(request):
        for person in (first, second, first):
            note_person(request, person, reason="评先")
        return HttpResponse("ok")

    answer(view, rule=PLAIN)
    assert [(row.person, row.reason) for row in rows()] == [(first, "评先"), (second, "评先")]


@pytest.mark.django_db
@pytest.mark.parametrize("status", [302, 403, 404, 422, 500])
def test_a_refusal_or_a_redirect_leaves_none(status):
    answer(lambda _request: HttpResponse(status=status))
    assert rows() == []


@pytest.mark.django_db
def test_asking_how_far_a_job_is_leaves_none():
    def view(request):
        reading_of(request).progress_only = True
        return HttpResponse("40 / 100")

    answer(view)
    assert rows() == []


@pytest.mark.django_db
def test_a_page_without_business_data_leaves_none():
    answer(lambda _request: HttpResponse("ok"), rule=PLAIN)
    assert rows() == []


@pytest.mark.django_db
@pytest.mark.parametrize("statement", CHANGES)
def test_the_app_role_has_no_right_to_change_it(statement):
    record()
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_refuses_even_its_owner(owner_connection, statement):
    record()
    with pytest.raises(psycopg.errors.RaiseException, match=r"Cannot update or delete|append-only"):
        owner_connection.execute(statement)
    assert len(rows()) == 1


@pytest.mark.django_db
def test_the_person_sees_every_reading_of_his_file_and_no_other():
    me, other = uuid4(), uuid4()
    record(persons=[me])
    record(persons=[other])
    record(count=7)
    with use_scope(Scope(reader=me)):
        page = reads_of_person(me, number=1)
        assert [line.reader for line in page.rows] == ["王红"]
        assert reads_of_person(other, number=1).total == 0


@pytest.mark.django_db
def test_the_inspector_sees_his_part_of_the_tree():
    record(path="1/2/")
    record(path="1/2/5/")
    record(path="1/3/")
    record(path="12/")
    with use_scope(SCOPE):
        assert reads_page(page="", since=None, until=None, persons_only=False, number=1).total == 2


@pytest.mark.django_db
def test_days_are_local_and_both_ends_count():
    record(now=datetime(2026, 3, 4, 16, 0, tzinfo=UTC))  # 5 March, 00:00 in Shanghai
    record(now=datetime(2026, 3, 5, 15, 59, tzinfo=UTC))  # 5 March, 23:59
    record(now=datetime(2026, 3, 5, 16, 0, tzinfo=UTC))  # 6 March, 00:00
    day = date(2026, 3, 5)
    with use_scope(SCOPE):
        assert reads_page(page="", since=day, until=day, persons_only=False, number=1).total == 2


@pytest.mark.django_db
def test_the_log_narrows_to_a_page_and_to_opened_files():
    record(count=3)
    record(persons=[uuid4()])
    with use_scope(SCOPE):
        assert reads_page(page="test:list", since=None, until=None, persons_only=True, number=1).total == 1
        assert reads_page(page="test:none", since=None, until=None, persons_only=False, number=1).total == 0


@pytest.mark.django_db
def test_without_a_scope_nothing_is_read():
    with pytest.raises(RuntimeError, match="no scope is open"):
        AccessLog.objects.count()
