import pytest

from linghang.apps.loops.tests.world import TODAY, make_unit


@pytest.fixture(autouse=True)
def _today(settings):
    settings.DEMO_TODAY = TODAY


@pytest.fixture
def unit(db):
    return make_unit()


@pytest.fixture
def browser(client):
    """A client in which an account is signed in."""

    def enter(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter
