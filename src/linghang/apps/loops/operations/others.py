"""The other kinds, as people start them: a correction, a problem, somebody out of contact."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.ledger.data import StoredFile
from linghang.apps.loops.data import CONTACT_LOST, CORRECTION, PROBLEM, Origin
from linghang.apps.loops.operations.opening import Opened, open_case, same_key
from linghang.apps.loops.people import person_place
from linghang.ui.web.viewer import Viewer


def request_correction(
    *,
    entry: str,
    title: str,
    body: str,
    actor: Viewer,
    now: datetime,
    node: UUID | None = None,
    person: UUID | None = None,
    about: Mapping[str, Any] | None = None,
    files: Sequence[StoredFile] = (),
) -> Opened:
    """Ask that something on record be put right: `entry` is person, import or record; ids of it stand in `about`.

    A correction of somebody's file hangs where he belongs; that of an import at the place given as `node`.
    """
    place = person_place(person).node if person else node
    return open_case(
        kind=CORRECTION,
        title=title,
        body=body,
        node=place or UUID(int=0),
        subject=person,
        about={"entry": entry, **(about or {})},
        actor=actor,
        now=now,
        files=files,
    )


def report_problem(
    *,
    title: str,
    body: str,
    node: UUID,
    origin: str,
    actor: Viewer,
    now: datetime,
    files: Sequence[StoredFile] = (),
    about: Mapping[str, Any] | None = None,
    led_there: bool = False,
) -> Opened:
    """Put a problem on the list of a place, for somebody else to solve and a third to verify."""
    return open_case(
        kind=PROBLEM,
        title=title,
        body=body,
        node=node,
        origin=origin,
        about=about,
        actor=actor,
        now=now,
        files=files,
        led_there=led_there,
    )


def open_contact_lost(*, person: UUID, attempts: Sequence[Any], actor: Viewer, now: datetime) -> Opened:
    """Open the confidential case of somebody whom nobody reached; only organisation officers see it.

    While one is open for him, another is refused.
    """
    whom = person_place(person)
    return open_case(
        kind=CONTACT_LOST,
        title=_("失联事项：%(name)s") % {"name": whom.name},
        node=whom.node,
        subject=person,
        about={"attempts": [str(day) for day in attempts]},
        origin=Origin.SYSTEM,
        same=same_key(CONTACT_LOST, person),
        actor=actor,
        now=now,
    )
