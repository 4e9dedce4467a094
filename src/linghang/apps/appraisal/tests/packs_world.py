"""A unit with an officer, a second one, a leader, a secretary and a member; what they do with packs by operations."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from linghang.apps.access.models import User
from linghang.apps.access.scope import scope_for
from linghang.apps.access.tests.world import make_account, viewer
from linghang.apps.appraisal.data.packs import BindingLine
from linghang.apps.appraisal.models.packs import PackVersion
from linghang.apps.appraisal.operations.packs import bind, confirm_binding
from linghang.apps.appraisal.permissions.packs import STEERING
from linghang.apps.org.tests.world import Place, two_units
from linghang.engine.periods import Month
from linghang.ui.web.scope import system_scope, use_scope
from linghang.ui.web.viewer import Viewer

NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
TODAY = NOW.date()
EXAMPLE = "example-4x-points"
SCHEME = "member-points"
JANUARY = Month(2026, 1)


@dataclass(frozen=True)
class PackUnit:
    """`branch` below `own` below `parent`; accounts by what they do."""

    places: dict[str, Place]
    users: dict[str, User]

    def viewer(self, who: str) -> Viewer:
        return viewer(self.users[who], TODAY)

    def scope(self, who: str):
        return use_scope(scope_for(self.viewer(who), STEERING, on=TODAY))

    def bind(
        self, place: str = "parent", since: Month = JANUARY, version: UUID | None = None, until=None
    ) -> BindingLine:
        """Proposed by the officer, confirmed by the leader."""
        with self.scope("officer"):
            made = bind(
                node=self.places[place].node.uuid, version=version or shipped(), scheme=SCHEME, since=since,
                until=until, actor=self.viewer("officer"), now=NOW,
            )  # fmt: skip
        with self.scope("leader"):
            return confirm_binding(binding=made.uuid, actor=self.viewer("leader"), now=NOW)


def shipped(pack: str = EXAMPLE) -> UUID:
    with system_scope(reason="test"):
        return PackVersion.objects.get(owner=None, pack=pack).uuid


def pack_unit() -> PackUnit:
    places = two_units()
    places["branch"] = places["below"]
    posts = {
        "officer": ("officer", "parent"),
        "second_officer": ("officer", "parent"),
        "lower_officer": ("officer", "own"),
        "leader": ("leader", "parent"),
        "secretary": ("secretary", "branch"),
        "member": ("member", "branch"),
        "stranger": ("officer", "other_top"),
    }
    return PackUnit(
        places, {who: make_account(f"pack-{who}", role, places[at].node) for who, (role, at) in posts.items()}
    )
