import pytest

from linghang.apps.access.tests.world import TODAY, make_account
from linghang.apps.ledger.tests.world import make_person, scope_of_user, viewer
from linghang.apps.org.tests.world import two_units
from linghang.ui.web.scope import use_scope


@pytest.fixture(autouse=True)
def _today(settings, tmp_path):
    settings.DEMO_TODAY = TODAY
    settings.DATA_DIR = tmp_path  # the heads of this test's chain
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def units(db):
    return two_units()


@pytest.fixture
def branch(units):
    return units["below"]


@pytest.fixture
def people(branch):
    return [make_person(name, branch.node) for name in ("李一", "王二", "张三", "赵四")]


@pytest.fixture
def secretary(branch):
    return make_account("secretary", "secretary", branch.node)


@pytest.fixture
def actor(secretary):
    """The secretary, in whose scope the test runs."""
    with use_scope(scope_of_user(secretary)):
        yield viewer(secretary)
