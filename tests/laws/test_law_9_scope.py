"""Law 9: a reader sees exactly what his posts of the day reach under one top, and without a scope nothing is read."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linghang.apps.access.data import NodeLine
from linghang.apps.access.models import ScopeNode
from linghang.apps.access.scope import scope_for, viewer_on
from linghang.apps.access.tests.world import LONG_AGO, TODAY, give_post, make_account, make_node, path_now
from linghang.ui.web import scope as scope_module
from linghang.ui.web.routes import Reach
from linghang.ui.web.scope import OutsideScope, Scope, use_scope
from tests.laws.effort import hunting, trying
from tests.laws.worlds import COVERAGE

pytestmark = pytest.mark.django_db
ROLES = {"officer": Reach.SUBTREE, "secretary": Reach.NODE}  # what an address lets in, and how far each sees
POSTS = (*ROLES, "member")  # the last opens nothing on this address
counter = iter(range(10**6))


@pytest.fixture
def forest() -> dict[str, NodeLine]:
    """Two independent units of three levels; labels are paths: '1', '1.2', '1.2.1' …"""
    nodes: dict[str, NodeLine] = {}
    for top in "12":
        nodes[top] = make_node(top)
        for branch in "123":
            nodes[f"{top}.{branch}"] = make_node(f"{top}.{branch}", nodes[top])
            for group in "12":
                label = f"{top}.{branch}.{group}"
                nodes[label] = make_node(label, nodes[f"{top}.{branch}"])
    return nodes


def posts_of(random: Random, labels: list[str]) -> Iterator[tuple[str, str, date, date | None]]:
    for _ in range(random.randint(0, 4)):
        since = random.choice([LONG_AGO, TODAY - timedelta(1), TODAY, TODAY + timedelta(1)])
        until = random.choice([None, TODAY - timedelta(1), TODAY, TODAY + timedelta(9)])
        yield random.choice(POSTS), random.choice(labels), since, until if until is None or until >= since else since


def expected(posts: list[tuple[str, str, date, date | None]], labels: list[str], paths: dict[str, str]) -> set[str]:
    """What the law says, in plain words: posts held today, under the first top in the order of the tree."""
    held = [(r, at) for r, at, since, until in posts if since <= TODAY and (until is None or until >= TODAY)]
    if not held:
        return set()
    top = min((paths[at], at) for _, at in held)[1][0]
    seen = {at for role, at in held if role == "secretary" and at[0] == top}
    for role, at in held:
        if role == "officer" and at[0] == top:
            seen |= {label for label in labels if label == at or label.startswith(f"{at}.")}
    COVERAGE["scopes: posts under two tops"] += len({at[0] for _, at in held}) > 1
    COVERAGE["scopes: a post that is over or not begun"] += len(held) < len(posts)
    return seen


def holds(forest: dict[str, NodeLine], seed: int) -> None:
    random, labels = Random(seed), sorted(forest)
    posts = list(posts_of(random, labels))
    user = make_account(f"reader{next(counter)}")
    for role, at, since, until in posts:
        give_post(user, role, forest[at], since, until)
    scope = scope_for(viewer_on(user.uuid, "", on=TODAY), ROLES, on=TODAY)
    paths = {label: path_now(node) for label, node in forest.items()}
    with use_scope(scope):
        found = set(ScopeNode.objects.values_list("label", flat=True))
        counted = ScopeNode.objects.count()
    assert found == expected(posts, labels, paths)
    assert counted == len(found)
    assert {label for label, path in paths.items() if scope.reaches(path)} == found
    with pytest.raises(OutsideScope):
        ScopeNode.objects.exists()


def test_law_9_a_reader_sees_exactly_what_his_posts_reach(forest: dict[str, NodeLine]) -> None:
    @trying(60)
    @given(st.integers(0, 2**32))
    def law(seed: int) -> None:
        holds(forest, seed)

    law()


@pytest.mark.parametrize("bug", ["no posts show everything", "a prefix without its slash", "the other top as well"])
def test_law_9_notices(bug: str, forest: dict[str, NodeLine], monkeypatch: pytest.MonkeyPatch) -> None:
    plant(bug, monkeypatch)

    @hunting(120)
    @given(st.integers(0, 2**32))
    def law(seed: int) -> None:
        holds(forest, seed)

    with pytest.raises((AssertionError, ExceptionGroup)):
        law()


def plant(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Scope.condition
    if bug == "no posts show everything":
        monkeypatch.setattr(
            Scope,
            "condition",
            lambda self, *a, **k: real(self, *a, **k) if self.subtrees or self.nodes else scope_module.Q(),
        )
    elif bug == "a prefix without its slash":
        monkeypatch.setattr(Scope, "condition", lambda self, *a, **k: real(_cut(self), *a, **k))
    else:
        from linghang.apps.access import scope as opening
        from linghang.ui.web.viewer import Viewer

        def everything(user_uuid, name, *, on, top=None):
            return Viewer(uuid=user_uuid, name=name, top=None, grants=tuple(opening._grants_on(user_uuid, on)))

        monkeypatch.setitem(globals(), "viewer_on", everything)


def _cut(scope: Scope) -> Scope:
    """Paths without their last step's end: '4/17/' becomes '4/1', which '4/18/' begins with as well."""
    return replace(scope, subtrees=tuple(path[:-2] for path in scope.subtrees))
