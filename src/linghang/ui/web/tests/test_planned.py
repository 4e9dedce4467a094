"""Statements that are planned once behave like every other statement of the connection."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from linghang.ui.web.errors import DomainError
from linghang.ui.web.planned import later, planned
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

pytestmark = pytest.mark.django_db

SOMEBODY = Viewer(name="某人")
KEEP = "INSERT INTO django_content_type (app_label, model) VALUES ('bench', %s::text) RETURNING model"
ASK = "SELECT %s::bigint + %s::bigint"


def plans():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::bigint +%%'")
        return cursor.fetchone()[0]


def test_small_and_large_numbers_share_one_plan():
    for number in (1, 40_000, 5_000_000_000, -1):
        for _ in range(4):
            assert planned(ASK, [number, 1]) == [(number + 1,)]
    assert plans() == 1


def test_they_are_counted_like_others_and_stay_one_statement_while_somebody_writes():
    with CaptureQueriesContext(connection) as asked, writing(SOMEBODY, "test"):
        for _ in range(4):
            planned(
                "WITH t AS (INSERT INTO django_content_type (app_label, model) VALUES (%s::text, %s::text)) SELECT 1",
                ["bench", str(len(asked))],
            )
    assert sum("INSERT INTO django_content_type" in query["sql"] for query in asked.captured_queries) == 4
    assert not any("pghistory" in query["sql"] for query in asked.captured_queries)


def test_what_is_rolled_back_takes_no_plan_with_it_that_is_used_later():
    for _ in range(4):
        planned(ASK, [1, 1])
    with pytest.raises(DataError), transaction.atomic():
        planned(ASK, [2**63 - 1, 1])
    assert planned(ASK, [1, 2]) == [(3,)]


def test_a_statement_without_rows_answers_with_none():
    assert planned("UPDATE django_content_type SET model = model WHERE id = %s::bigint", [-1]) == []


def kept() -> list[str]:
    return sorted(ContentType.objects.filter(app_label="bench").values_list("model", flat=True))


def keep(*models: str, fails: bool = False) -> None:
    with writing(SOMEBODY, "test"):
        for model in models:
            later(KEEP, [model])
        if fails:
            raise ZeroDivisionError


def nested(model: str, heard: list[str]) -> None:
    with writing(SOMEBODY, "inner"):
        later(KEEP, [model], lambda rows: heard.append(rows[0][0]))


@pytest.mark.django_db(transaction=True)
def test_what_waits_is_there_for_the_next_question_and_after_the_operation():
    for number in range(4):  # planned anew, then by the plan that was kept
        with writing(SOMEBODY, "test"):
            later(KEEP, [f"a{number}"])
            assert f"a{number}" in kept()
            later(KEEP, [f"b{number}"])
            assert planned("SELECT count(*) FROM django_content_type WHERE app_label = 'bench'", []) == [(len(kept()),)]
            later(KEEP, [f"c{number}"])
        connection.close()
    assert kept() == [f"{letter}{number}" for letter in "abc" for number in range(4)]


@pytest.mark.django_db(transaction=True)
def test_rows_are_heard_in_the_order_in_which_they_were_asked_for():
    heard: list[str] = []
    with writing(SOMEBODY, "test"):
        for model in ("one", "two", "three"):
            later(KEEP, [model], lambda rows: heard.append(rows[0][0]))
        assert heard == []
        nested("inner", heard)  # can be taken back by itself: what waits goes first, and it does not wait
        assert heard == ["one", "two", "three", "inner"]
    later(KEEP, ["outside"], lambda rows: heard.append(rows[0][0]))
    assert heard[4:] == ["outside"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("more", [0, 3])
def test_a_statement_that_waited_and_fails_refuses_all_of_the_operation_in_its_own_words(more):
    for _ in range(4):
        with pytest.raises(IntegrityError, match="duplicate key"):
            keep("one", "one", *(f"more {number}" for number in range(more)))
    assert kept() == []
    assert planned(ASK, [1, 2]) == [(3,)]


@pytest.mark.django_db(transaction=True)
def test_who_hears_rows_last_can_still_refuse_the_operation():
    def refuse(_rows) -> None:
        raise DomainError("refused", "不行")

    with pytest.raises(DomainError), writing(SOMEBODY, "test"):
        later(KEEP, ["one"], refuse)
    assert kept() == []


@pytest.mark.django_db(transaction=True)
def test_what_is_checked_only_by_the_commit_is_refused_with_it():
    of_nothing = "INSERT INTO auth_permission (name, content_type_id, codename) VALUES ('bench', -1, 'bench')"
    for _ in range(4):
        with pytest.raises(IntegrityError, match="foreign key"), writing(SOMEBODY, "test"):
            later(of_nothing, [])
    assert planned("SELECT count(*) FROM auth_permission WHERE codename = 'bench'", []) == [(0,)]


@pytest.mark.django_db(transaction=True)
def test_what_waits_goes_with_an_operation_that_fails():
    with pytest.raises(ZeroDivisionError):
        keep("one", fails=True)
    with writing(SOMEBODY, "test"):
        assert kept() == []
