import pytest

from linghang.apps.access.tests.world import TODAY, make_account
from linghang.apps.org.tests.pages_world import enter
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


@pytest.fixture
def below(units):
    return units["below"]


@pytest.fixture
def secretary(below):
    return make_account("secretary", "secretary", below.node)


@pytest.fixture
def member(below):
    return make_account("liu", "", home=below.node)


@pytest.fixture
def person(below, member):
    return enter("刘梅", below, code="G001", user=member.uuid, phone="13812345678", aliases=("刘小梅",))
