import pytest

from linghang.apps.access.tests.world import TODAY, make_account
from linghang.apps.org.tests.world import two_units


@pytest.fixture(autouse=True)
def _today(settings):
    settings.DEMO_TODAY = TODAY


@pytest.fixture
def units(db):
    return two_units()


@pytest.fixture
def officer(units):
    return make_account("officer", "officer", units["parent"].node)


@pytest.fixture
def browser(client):
    """A client in which an account is signed in."""

    def enter(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter
