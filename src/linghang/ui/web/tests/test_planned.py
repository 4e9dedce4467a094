"""Statements that are planned once behave like every other statement of the connection."""

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from linghang.ui.web.planned import planned
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

pytestmark = pytest.mark.django_db

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
    with CaptureQueriesContext(connection) as asked, writing(Viewer(name="某人"), "test"):
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
