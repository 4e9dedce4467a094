"""People of org as cases need them, and who may be named for a case."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.apps import apps
from django.utils.translation import gettext as _

from linghang.apps.access.data import ROLES
from linghang.apps.access.queries import holders, nodes_in_scope
from linghang.apps.loops.data import PersonOption
from linghang.apps.loops.policies import Matter
from linghang.apps.org.queries.keys import person_keys
from linghang.engine.packs.loop_model import THREE, Who
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer


@dataclass(frozen=True)
class OwnPerson:
    """The person behind an account, and the place where he belongs today."""

    uuid: UUID
    name: str
    node: UUID


def own_person(viewer: Viewer) -> OwnPerson | None:
    """The viewer's own person under the top that this visit looks into; None for an account without one."""
    if viewer.uuid is None or viewer.top is None:
        return None
    rows = apps.get_model("org", "Person")._default_manager.filter(user__uuid=viewer.uuid, top__uuid=viewer.top)
    found = rows.values_list("uuid", "name", "node__uuid").first()
    return OwnPerson(*found) if found else None


def need_own_person(viewer: Viewer) -> OwnPerson:
    """As `own_person`; without one there is nobody to whom something could be credited."""
    found = own_person(viewer)
    if found is None:
        words = _("您的账号还没有对应到花名册里的人员，不能申报。请联系本支部组织委员对应。")
        raise DomainError("no_person", words, status=403)
    return found


def places_for(viewer: Viewer, *, on: date) -> list[tuple[UUID, str]]:
    """Where the viewer may open a case: the places of his own posts first, then those that the open scope reaches."""
    own = {grant.path: grant.label for grant in viewer.grants if grant.path}
    with system_scope(reason="the places of one's own posts"):
        rows = apps.get_model("access", "ScopeNode")._default_manager.filter(path__in=list(own))
        found = {uuid: own[path] for uuid, path in rows.order_by("-path").values_list("uuid", "path")}
    reached = {node.uuid: "　" * node.depth + node.label for node in nodes_in_scope(on=on)}
    return list({**found, **{uuid: label for uuid, label in reached.items() if uuid not in found}}.items())


def person_key(person: UUID) -> int:
    """The key for a foreign key; a person outside the open scope is not found, as everywhere."""
    keys = person_keys([person])
    if not keys:
        raise not_found()
    return keys[0].key


def person_place(person: UUID) -> OwnPerson:
    """A person inside the open scope with the place where he belongs."""
    rows = apps.get_model("org", "Person")._default_manager.filter(uuid=person)
    found = rows.values_list("uuid", "name", "node__uuid").first()
    if found is None:
        raise not_found()
    return OwnPerson(*found)


def options_for(matter: Matter, who: Who, *, on: date) -> list[PersonOption]:
    """Holders of the posts that the kind names, at the case's place or above it, and inside the open scope."""
    roles = [role for role in matter.kind.people[who] if role != Who.REPORTER]
    found = [*holders(roles=roles, on=on, above=matter.path), *holders(roles=roles, on=on)]
    lines: dict[UUID, PersonOption] = {}
    for one in found:
        himself = one.uuid == matter.subject or (who is Who.VERIFIER and one.uuid == matter.doer)
        if not himself and one.uuid not in lines:
            lines[one.uuid] = PersonOption(one.uuid, one.name, f"{ROLES[one.role].label} · {one.place}")
    return list(lines.values())


def all_options(matter: Matter, *, on: date) -> dict[str, list[PersonOption]]:
    """For each of the three."""
    return {who.value: options_for(matter, who, on=on) for who in THREE}
