"""What a browser test needs: Chromium of the machine, two screens, signing in, and one check for every page.

    @pytest.mark.browser
    def test_the_list_of_branches(page, people, sign_in, check_page):
        sign_in(page, people("secretary"))
        page.goto("/org/")
        check_page(page, "branches")

`page` comes once per screen (1440×900, 360×740). `check_page` looks at console, requests, overflow and axe. With
`for_docs=True` it writes `docs/images/<name>-<screen>.png` when LINGHANG_SCREENSHOTS=1; BROWSER_PICTURES=DIR keeps a
picture of every checked page there.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from linghang.apps.access.models import RoleGrant, ScopeNode, User
from tests.browser import SCREENS, check, emptied, new_page, watched

PASSWORD = "a-long-enough-password-1"
FIRST_DAY = date(2020, 1, 1)


@pytest.fixture(params=list(SCREENS))
def screen(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session")
def used_pages(chromium: Browser) -> Iterator[dict[str, Page]]:
    """Pages that tests have left, emptied, by their screen: a new one costs Chromium two thirds of a second."""
    pages: dict[str, Page] = {}
    yield pages
    for page in pages.values():
        page.context.close()


@pytest.fixture
def page(chromium: Browser, screen: str, live_server, used_pages: dict[str, Page]) -> Iterator[Page]:
    page = used_pages.pop(screen, None) or new_page(chromium, live_server.url, screen)
    with watched(page, live_server.url, screen):
        yield page
    if emptied(page):
        used_pages[screen] = page
    else:
        page.context.close()


@pytest.fixture
def people(transactional_db) -> Callable[..., User]:
    """`people("secretary")`: an account that holds this role at an invented branch; no role gives none."""
    places: dict[str, ScopeNode] = {}

    def place(label: str, parent: ScopeNode | None) -> ScopeNode:
        if label not in places:
            row = ScopeNode(label=label, parent=parent, top=parent, path=f"{label}/", valid_from=FIRST_DAY)
            row.save()
            row.path = f"{parent.path if parent else ''}{row.pk}/"
            row.save()
            places[label] = row
        return places[label]

    def person(role: str = "", name: str = "赵明") -> User:
        top = place("示例局机关党委", None)
        branch = place("第一党支部", top)
        now = datetime.now(UTC)
        user = User(username=f"{role or 'nobody'}-1", display_name=name, created_at=now, must_change_password=False)
        user.home = branch
        user.set_password(PASSWORD)
        user.save()
        if role:
            node = None if role == "system_admin" else top if role in {"officer", "leader", "inspector"} else branch
            RoleGrant(user=user, role=role, node=node, valid_from=FIRST_DAY, granted_at=now).save()
        return user

    return person


@pytest.fixture
def sign_in() -> Callable[[Page, User], None]:
    """Give the browser a session of this user, without going through the form."""

    def enter(page: Page, user: User) -> None:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        _set_cookie(page, settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)

    return enter


@pytest.fixture
def speak() -> Callable[[Page, str], None]:
    """Switch the language of the next pages: `speak(page, "en")`."""
    return lambda page, language: _set_cookie(page, settings.LANGUAGE_COOKIE_NAME, language)


def _set_cookie(page: Page, name: str, value: str) -> None:
    page.context.add_cookies([{"name": name, "value": value, "url": page.home}])


@pytest.fixture
def check_page() -> Callable[..., None]:
    """No console errors, nothing from outside, no sideways scrolling, nothing serious by axe; keeps a picture."""
    return check
