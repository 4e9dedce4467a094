"""首页 of a member: what the month is expected to give him, in words, and one tap to why."""

from dataclasses import dataclass
from uuid import UUID

from linghang.apps.access.queries import scope_on_address
from linghang.apps.appraisal.data.expected import ExpectedLine
from linghang.apps.appraisal.queries.expected import expected_of
from linghang.apps.loops.data import CaseLine
from linghang.apps.notify.data import NoticeData
from linghang.apps.org.queries.files import person_of_user
from linghang.apps.portal.homes.secretary import SHOWN, messages_of, waiting_of
from linghang.engine.periods import Month
from linghang.ui.web.request import Request
from linghang.ui.web.scope import use_scope


@dataclass(frozen=True)
class MemberHome:
    """The open month by each scheme that holds for him; what he sent and others have; messages."""

    person: UUID | None
    points: tuple[ExpectedLine, ...]
    others: tuple[CaseLine, ...]
    messages: tuple[NoticeData, ...]


def member_home(request: Request) -> MemberHome:
    person: UUID | None = None
    points: tuple[ExpectedLine, ...] = ()
    scope = scope_on_address(request.viewer, "appraisal:mine", on=request.today)
    if scope is not None and request.viewer.uuid is not None:
        with use_scope(scope):
            person = person_of_user(request.viewer.uuid)
            points = expected_of(person, month=Month.of(request.today)) if person else ()
    return MemberHome(person, points, waiting_of(request).others[:SHOWN], messages_of(request))
