"""Who may take objections to what is shown at a place: one list, for one book, for many at once, for selections."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.access.data import ROLES, Holder
from linghang.apps.access.queries import holders
from linghang.ui.web.errors import DomainError

RECEIVERS = ("discipline_member", "secretary", "organiser", "officer")  # where nobody is named, in this order


def receivers_at(path: str, *, on: date) -> list[Holder]:
    """Who holds one of the posts at the place itself, else at the nearest place above with any; the first one is
    proposed. Each account once."""
    found = sorted(holders(roles=RECEIVERS, on=on, above=path), key=lambda one: RECEIVERS.index(one.role))
    nearest = max((len(one.path) for one in found), default=0)
    first: dict[UUID, Holder] = {}
    for one in found:
        if len(one.path) == nearest:
            first.setdefault(one.uuid, one)
    return list(first.values())


def only_receivers(receiver: UUID, path: str, *, on: date) -> None:
    """Refuse anybody else: his post is what lets him see and answer what is brought to him."""
    if receiver not in {one.uuid for one in receivers_at(path, on=on)}:
        message = _("受理人要在这里担任纪检委员、书记或组织委员；这里没有的，由最近的上级党务干部受理。请从名单里选。")
        raise DomainError("public_receiver", message, field="receiver")


def receiver_choices(path: str, *, on: date) -> list[tuple[str, str]]:
    """The same as choices of a form: the account with the post that the name stands for."""
    return [(str(one.uuid), f"{one.name}（{ROLES[one.role].label}）") for one in receivers_at(path, on=on)]
