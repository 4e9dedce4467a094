"""驾驶舱 of a leader, as far as it stands: own contact points, numbers that open their lists, branches by class."""

from dataclasses import dataclass

from linghang.apps.access.queries import scope_on_address
from linghang.apps.loops.queries import open_counts
from linghang.apps.org.data.links import LateLink
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries.coverage import coverage
from linghang.apps.org.queries.files import person_of_user
from linghang.apps.org.queries.quotas import late_links, rule_of
from linghang.apps.org.words import told
from linghang.apps.portal.homes.cockpit import Board, board_of
from linghang.engine.packs.link_model import PEOPLE
from linghang.ui.web.request import Request
from linghang.ui.web.scope import use_scope


@dataclass(frozen=True)
class OwnLinks:
    """One's own links of a kind with how often each was visited."""

    kind: str
    title: str
    rule: str
    links: tuple[LateLink, ...]


@dataclass(frozen=True)
class LeaderHome:
    """`cases`: open and overdue; `blank`: the coverage of teams, its id and how many are blank."""

    own: tuple[OwnLinks, ...]
    cases: tuple[int, int] | None
    blank: tuple[str, int] | None
    board: Board | None

    @property
    def life(self) -> int:
        """How many branches did not record what they should have held."""
        return self.board.count("life") if self.board else 0

    @property
    def unfinished(self) -> int:
        return self.board.count("book") if self.board else 0


def leader_home(request: Request) -> LeaderHome:
    return LeaderHome(_own(request), _cases(request), _blank(request), board_of(request))


def _own(request: Request) -> tuple[OwnLinks, ...]:
    scope = scope_on_address(request.viewer, "org:quotas", on=request.today)
    if scope is None or request.viewer.uuid is None:
        return ()
    with use_scope(scope):
        person = person_of_user(request.viewer.uuid)
        if person is None:
            return ()
        kinds = [
            kind
            for kind in pack_in_force(on=request.today).links.values()
            if kind.quota is not None and kind.slot is None and set(kind.left) & set(PEOPLE)
        ]
        found = [(kind, late_links(kind, on=request.today, own=person, all_of_them=True)) for kind in kinds]
        return tuple(OwnLinks(kind.id, told(kind.title), rule_of(kind), tuple(rows)) for kind, rows in found if rows)


def _cases(request: Request) -> tuple[int, int] | None:
    scope = scope_on_address(request.viewer, "loops:list", on=request.today)
    if scope is None:
        return None
    with use_scope(scope):
        return open_counts([""], today=request.today)


def _blank(request: Request) -> tuple[str, int] | None:
    scope = scope_on_address(request.viewer, "org:gaps", on=request.today)
    if scope is None:
        return None
    with use_scope(scope):
        said = next((one for one in pack_in_force(on=request.today).coverages.values() if one.of == "team"), None)
        return (said.id, coverage(said.id, on=request.today, gaps=0).missing) if said else None
