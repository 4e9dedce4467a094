import pytest

from linghang.apps.access.tests.world import PASSWORD, TODAY, make_account, make_node


@pytest.fixture(autouse=True)
def _today(settings):
    settings.DEMO_TODAY = TODAY


@pytest.fixture
def tree(db):
    top = make_node("北山党委")
    branch = make_node("第一支部", top)
    return {"top": top, "branch": branch, "sibling": make_node("第二支部", top), "other": make_node("南河党委")}


@pytest.fixture
def member(tree):
    return make_account("member", "member", tree["branch"], password=PASSWORD)


@pytest.fixture
def secretary(tree):
    return make_account("secretary", "secretary", tree["branch"], password=PASSWORD)


@pytest.fixture
def officer(tree):
    return make_account("officer", "officer", tree["top"], password=PASSWORD)


@pytest.fixture
def signed_in(client):
    """A client that is signed in as an account, without the sign-in page."""

    def enter(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter
