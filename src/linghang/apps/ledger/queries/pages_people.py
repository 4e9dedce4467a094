"""Who belongs to an occasion: the people of the organisation on that day, guests of a joint branch with theirs."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from linghang.apps.ledger.data.gathering import PersonLine
from linghang.apps.ledger.data.occasions import Occasion
from linghang.apps.ledger.data.subjects import BRANCH, GROUP, MEMBER, type_of_organisation
from linghang.apps.org.data import KINDS, PARTY_MEMBERS, TITLES, OrganisationLine, RosterLine
from linghang.apps.org.queries import belonged, get_organisation, members_on, organisations
from linghang.ui.web.scope import system_scope

PARTY_LIFE = "organisational-life"
COMMITTEE_MEETING = "committee-meeting"
HEADS = ("secretary", "deputy_secretary")


def hosts_of(occasion: Occasion, *, on: date) -> list[OrganisationLine]:
    """The organisations of the open scope that can have held it, from the top down."""
    wanted = occasion.host.subject if occasion.host else ""
    return [line for line in organisations(on=on) if _may_host(line.kind, wanted, occasion)]


def _may_host(kind: str, wanted: str, occasion: Occasion) -> bool:
    own = type_of_organisation(kind, KINDS[kind].family.value)
    if wanted:
        return own == wanted
    return own in (BRANCH, GROUP) if PARTY_LIFE in occasion.main.meaning else True


def roster_of(organisation: UUID, *, on: date) -> list[RosterLine]:
    """Everybody who belonged to an organisation of the open scope on a day, also those who are at home elsewhere."""
    get_organisation(organisation)
    with system_scope(reason="who belongs to an organisation is known to whoever keeps its records"):
        return members_on([organisation], on=on)[organisation]


def expected(occasion: Occasion, organisation: UUID, *, on: date) -> list[PersonLine]:
    """The people whom an occasion of an organisation calls together: members of the party for its life, 支委 for
    their meeting, everybody otherwise."""
    return [_person_line(row, organisation) for row in roster_of(organisation, on=on) if _called(row, occasion)]


def _called(row: RosterLine, occasion: Occasion) -> bool:
    if PARTY_LIFE in occasion.main.meaning and row.standing not in PARTY_MEMBERS:
        return False
    return occasion.id != COMMITTEE_MEETING or not committee_titles().isdisjoint(row.titles)


def committee_titles() -> set[str]:
    """What members of a branch committee are called."""
    return {str(info.label) for info in TITLES.values() if info.committee or info.code in HEADS}


def _person_line(row: RosterLine, organisation: UUID) -> PersonLine:
    guest = (row.branch or row.unit) if organisation != row.home and not row.group else ""
    note = "、".join(row.titles) or row.standing_label
    return PersonLine(row.uuid, row.name, row.code, note, guest)


def calls_everybody(occasion: Occasion) -> bool:
    """Whether whoever belongs to the organisation can take part, without a further condition."""
    return PARTY_LIFE not in occasion.main.meaning and occasion.id != COMMITTEE_MEETING


def strangers(people: Iterable[UUID], organisation: UUID, *, on: date) -> set[UUID]:
    """Those who did not belong to the organisation, one of the open scope, on the day."""
    asked = set(people)
    if not asked:
        return asked
    with system_scope(reason="who belongs to an organisation is known to whoever keeps its records"):
        return asked - belonged(asked, organisation, on=on)


def takes_people(occasion: Occasion) -> bool:
    return occasion.member is not None and occasion.member.subject == MEMBER
