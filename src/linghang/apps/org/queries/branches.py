"""The page of a branch as it stood on any day."""

from datetime import date
from uuid import UUID

from linghang.apps.org.data import KINDS
from linghang.apps.org.data.links import BranchCard, CoverageLine, JointBranch, Officer
from linghang.apps.org.data.posts import BRANCHES, PARTY_MEMBERS, STANDINGS, TITLES
from linghang.apps.org.models import Membership, Mobility, Naming, Organisation, Placement, Post, RosterSpan
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries.composition import composition
from linghang.apps.org.queries.coverage import FIRST_GAPS, coverage
from linghang.apps.org.queries.dated import covers
from linghang.apps.org.queries.links import all_areas, categories_of, links_of
from linghang.apps.org.queries.organisations import get_organisation
from linghang.apps.org.queries.roster import count_by_standing
from linghang.apps.org.search.spoken import sound_of
from linghang.engine.packs.link_model import PEOPLE
from linghang.ui.web.errors import not_found
from linghang.ui.web.scope import system_scope


def branch_card(uuid: UUID, *, on: date, named: bool = True) -> BranchCard:
    """A branch inside the scope; 404 for any other type of organisation. Without `named`, gaps are numbers only."""
    row = get_organisation(uuid)
    if row.kind not in BRANCHES:
        raise not_found()
    info = KINDS[row.kind]
    naming = Naming.objects.filter(covers(on), organisation=row).first()
    here = all_areas(kind="", search="", on=on, with_closed=False, organisation=row.uuid)
    classed = categories_of(uuid)
    return BranchCard(
        uuid=row.uuid,
        name=naming.name if naming else row.name,
        short_name=naming.short_name if naming else row.short_name,
        kind=row.kind,
        kind_label=str(info.label),
        parent_name=_parent_name(row, on),
        members=info.members,
        open=row.founded_on <= on and (row.closed_on is None or row.closed_on >= on),
        category=next((c.label for c in classed if c.valid_from <= on <= (c.valid_to or on)), ""),
        officers=officers_of(row, on=on),
        standings=_standings(row, on),
        away=_away(row, on),
        composition=composition(uuid, on=on) if info.members else None,
        coverages=_own_coverages(row, on, named=named) if info.members else (),
        areas=tuple(here),
        links=tuple(links_of(uuid, on=on)),
        categories=tuple(classed),
    )


def joint_branch(uuid: UUID, *, on: date) -> JointBranch:
    """A branch that several organisations form together; who belongs to it keeps his home."""
    row = get_organisation(uuid)
    if row.kind not in BRANCHES:
        raise not_found()
    members = _joint_members(row, on)
    return JointBranch(
        uuid=row.uuid,
        name=row.name,
        kind_label=str(KINDS[row.kind].label),
        founded_on=row.founded_on,
        closed_on=row.closed_on,
        projects=tuple(line.right.name for line in links_of(uuid, on=on) if line.kind == "joint-project"),
        members=members,
        officers=officers_of(row, on=on),
        homes=tuple(dict.fromkeys(home for _name, home, _title in members if home)),
    )


def officers_of(row: Organisation, *, on: date) -> tuple[Officer, ...]:
    """Who holds which post of an organisation on a day, in the order of the table of titles."""
    posts = Post.objects.filter(covers(on), organisation=row).select_related("person")
    order = list(TITLES)
    found = sorted(posts, key=lambda post: (order.index(post.title), post.valid_from))
    return tuple(Officer(post.person.uuid, post.person.name, str(TITLES[post.title].label)) for post in found)


def _parent_name(row: Organisation, on: date) -> str:
    with system_scope(reason="the name of what is directly above is on the door plate"):
        place = Placement.objects.filter(covers(on), organisation=row).select_related("parent").first()
    return place.parent.name if place and place.parent else ""


def _standings(row: Organisation, on: date) -> tuple[tuple[str, int], ...]:
    counts = count_by_standing(row.uuid, on=on)
    return tuple((str(STANDINGS[code]), counts[code]) for code in STANDINGS if code in PARTY_MEMBERS and code in counts)


def _away(row: Organisation, on: date) -> int:
    """Members who are elsewhere for longer (流动)."""
    spans = RosterSpan.objects.filter(covers(on), branch=row)
    moves = Mobility.objects.filter(covers(on), direction="out", person__in=spans.values("person"))
    return moves.values("person").distinct().count()


def _own_coverages(row: Organisation, on: date, *, named: bool) -> tuple[CoverageLine, ...]:
    """Those that count people or areas; coverages of branches would be one of one."""
    gaps = FIRST_GAPS if named else 0
    found = pack_in_force(on=on).coverages.values()
    wanted = [said for said in found if not said.posts and (said.of in PEOPLE or said.of in ("zone", "task"))]
    return tuple(coverage(said.id, on=on, under=row.node.path, gaps=gaps) for said in wanted)


def _joint_members(row: Organisation, on: date) -> tuple[tuple[str, str, str], ...]:
    found = Membership.objects.filter(covers(on), organisation=row).select_related("person").order_by("pk")
    held = sorted(found, key=lambda one: sound_of(one.person.name))
    with system_scope(reason="where a member of a joint branch is at home stands in its agreement"):
        spans = RosterSpan.objects.filter(covers(on), person__in=[one.person_id for one in held])
        homes = {span.person_id: span.home.name for span in spans.select_related("home")}
    titles = {officer.person: officer.title for officer in officers_of(row, on=on)}
    return tuple(
        (one.person.name, homes.get(one.person_id) or one.came_from, titles.get(one.person.uuid, "")) for one in held
    )
