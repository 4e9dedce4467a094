"""Nothing in the database says when somebody was last here, once it has served."""

from datetime import timedelta

import time_machine
from axes.models import AccessAttempt
from django.apps import apps
from django.conf import settings as product
from django.contrib.sessions.models import Session
from django.db import models
from procrastinate.contrib.django import app

from linghang.apps.access import tasks  # noqa: F401 -- registers
from linghang.apps.access.models import Authenticator
from linghang.apps.access.operations import begin_second_factor, confirm_second_factor, forget_traces
from linghang.apps.access.tests.test_second_factor import token
from linghang.apps.access.tests.world import NOW, PASSWORD

HOUR = timedelta(hours=1)


def sign_in(client, password=PASSWORD):
    return client.post("/access/sign-in/", {"username": "member", "password": password})


def test_a_session_that_has_ended_is_gone(client, member, settings):
    settings.DEMO_TODAY = None
    with time_machine.travel(NOW, tick=False) as clock:
        sign_in(client)
        forget_traces(now=NOW)
        assert client.get("/access/me/").status_code == 200
        clock.shift(HOUR)
        forget_traces(now=NOW + HOUR)
        assert Session.objects.count() == 0


def test_wrong_tries_are_kept_for_as_long_as_they_lock(client, member):
    with time_machine.travel(NOW, tick=False) as clock:
        for _try in range(5):
            sign_in(client, "wrong")
        clock.shift(timedelta(minutes=14))
        forget_traces(now=NOW + timedelta(minutes=14))
        assert sign_in(client).status_code == 429
        forget_traces(now=NOW + HOUR)
        assert not AccessAttempt.objects.exists()


def test_the_time_of_a_one_time_password_is_kept_for_as_long_as_it_could_be_used_again(member):
    with time_machine.travel(NOW, tick=False):
        begin_second_factor(user=member)
        confirm_second_factor(user=member, token=token(member))
    device = Authenticator.objects.get()
    forget_traces(now=NOW + timedelta(seconds=30))
    device.refresh_from_db()
    assert device.last_step is not None
    forget_traces(now=NOW + HOUR)
    device.refresh_from_db()
    assert device.last_step is None


def test_the_worker_forgets_every_ten_minutes():
    periodic = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert periodic["access.forget"] == "*/10 * * * *"


PRESENCE = ("last_login", "last_used", "last_seen", "last_active", "logged_in", "login_time", "logout_time", "visits")
EMPTY = {"axes.AccessLog"}  # a table of django-axes that is switched off


def test_no_table_of_the_product_or_of_a_library_has_a_column_for_presence():
    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.Field) and any(word in field.name for word in PRESENCE)
    }
    assert {name.rpartition(".")[0] for name in found} <= EMPTY
    assert product.AXES_DISABLE_ACCESS_LOG
    assert not getattr(product, "AXES_ENABLE_ACCESS_FAILURE_LOG", False)


def test_signing_in_is_not_written_to_the_log_either(client, member, caplog):
    with caplog.at_level("DEBUG"):
        assert sign_in(client).status_code == 302
    words = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("axes"))
    assert words == ""
