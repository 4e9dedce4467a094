"""Accounts for the people of whole branches: made, joined to their people, with the roles that their rows open."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.access.data import Slip
from linghang.apps.access.operations import issue_slips
from linghang.apps.access.operations.roster_accounts import NewAccount, create_accounts
from linghang.apps.org.models import Person, RosterSpan
from linghang.apps.org.operations.careers import open_roles
from linghang.apps.org.operations.lives import Deeds, people_held
from linghang.apps.org.queries.dated import covers
from linghang.apps.org.search.data import Sound
from linghang.apps.org.search.spoken import sounds_of
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

AT_ONCE = 500  # slips that can be printed in one go


def open_accounts(*, branches: Sequence[UUID], actor: Viewer, now: datetime) -> list[UUID]:
    """Make an account for everybody of these branches who has none; gives them in the order of branch and name.

    The user name is the 工号, else the name in pinyin. Nobody can sign in before he has used his slip.
    """
    with writing(actor, "open_accounts"):
        people = _without_account(branches, now)
        if not people:
            raise DomainError("nobody_left", _("选中的支部里人人都有账号了。要重新打印激活单，请到“账号”页面。"))
        if len(people) > AT_ONCE:
            words = _("一次最多给 %(most)d 人建账号，选中的有 %(n)d 人。请分几次选支部。")
            raise DomainError("too_many", words % {"most": AT_ONCE, "n": len(people)})
        wanted = [NewAccount(_wish(person), person.name, person.node_id) for person in people]
        made = create_accounts(wanted=wanted, actor=actor, now=now)
        deeds = Deeds(actor, now)
        for person, account in zip(people, made, strict=True):
            person.user_id = account.key
        Person.objects.bulk_update(people, ["user"])
        for person in people:
            open_roles(person, deeds)
        return [account.uuid for account in made]


def open_with_slips(*, branches: Sequence[UUID], actor: Viewer, now: datetime) -> list[Slip]:
    """The same with a slip each, to print; where one of them is refused there are no accounts either."""
    with writing(actor, "open_accounts"):
        users = open_accounts(branches=branches, actor=actor, now=now)
        return issue_slips(node=None, users=users, actor=actor, now=now)


def _without_account(branches: Sequence[UUID], now: datetime) -> list[Person]:
    spans = RosterSpan.objects.filter(covers(day_of(now)), home__uuid__in=branches, person__user__isnull=True)
    wanted = list(spans.order_by("node__path", "person__name", "person_id").values_list("person_id", flat=True))
    # looked at again once they are held: somebody else may just have made accounts for the same branch
    held = {person.pk: person for person in people_held().filter(pk__in=wanted[: AT_ONCE + 1], user__isnull=True)}
    return [held[key] for key in wanted if key in held]


def _wish(person: Person) -> str:
    if person.code:
        return person.code
    sounds = sorted((s for s in sounds_of(person.name, Sound.NAME) if s.isascii()), key=len)
    return sounds[-1] if sounds else person.name
