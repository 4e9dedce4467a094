"""A unit with an officer, a second one, a leader, a secretary and a member; what they do with packs by operations."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from linghang.apps.access.models import User
from linghang.apps.access.scope import scope_for
from linghang.apps.access.tests.world import make_account, viewer
from linghang.apps.appraisal.data.packs import BindingLine
from linghang.apps.appraisal.models.packs import PackVersion
from linghang.apps.appraisal.operations.drafts import import_draft, offer_version, publish_version
from linghang.apps.appraisal.operations.packs import bind, confirm_binding
from linghang.apps.appraisal.permissions.packs import STEERING
from linghang.apps.appraisal.queries.drafts import get_version
from linghang.apps.org.tests.world import Place, two_units
from linghang.engine.packs.texts import named
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


def own_version(unit: PackUnit, *, pack: str = "bs-points", extra: dict[str, str] | None = None) -> UUID:
    """The example under the unit's own id, published by officer and leader."""
    officer, leader = unit.viewer("officer"), unit.viewer("leader")
    with unit.scope("officer"):
        texts = get_version(shipped(), drafts=False).files
        kept = {name: text for name, text in texts.items() if not name.startswith(("cases/", "CHANGELOG"))}
        files = named(kept, pack=pack, version="1.0.0", title="北山积分") | (extra or {})
        made = import_draft(files=files, actor=officer, now=NOW).uuid
        offer_version(version=made, note="第一版", actor=officer, now=NOW)
    with unit.scope("leader"):
        publish_version(version=made, actor=leader, now=NOW)
    return made


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
