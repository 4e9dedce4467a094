"""People and their numbers."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linghang.apps.access import operations as access
from linghang.apps.access.data import Role
from linghang.apps.access.operations.accounts import refuse_unmanageable
from linghang.apps.access.queries import get_user
from linghang.apps.org.data import PersonNumbers
from linghang.apps.org.models import Person
from linghang.apps.org.operations.careers import open_roles
from linghang.apps.org.operations.finding import index_people, words_of
from linghang.apps.org.operations.lives import Deeds, held_person
from linghang.apps.org.operations.spans import keep_in_step
from linghang.apps.org.queries import get_organisation, get_person
from linghang.ui.web.clock import SHANGHAI, day_of
from linghang.ui.web.errors import DomainError
from linghang.ui.web.numbers import normal_id_number, normal_phone
from linghang.ui.web.reads import Reading
from linghang.ui.web.sealed import Sealed, lookup_hash
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import SYSTEM, writing

SHORTEST_REASON, LONGEST_REASON = 4, 200


def add_person(*, name: str, organisation: UUID, user: UUID | None = None, actor: Viewer) -> UUID:
    """Who somebody is, without any date: `join` says since when he belongs where, `add_people` does all at once."""
    with writing(actor, "add_person"):
        place = get_organisation(organisation)
        account = get_user(user) if user else None
        row = Person(name=name.strip(), node=place.node, top=place.top, user=account)
        row.search_text = words_of(row)
        row.save()
        index_people([row.pk])
        return row.uuid


def correct_person(
    *, person: UUID, name: str, code: str, aliases: Sequence[str], born_year: int | None, actor: Viewer
) -> None:
    """Who he is, put right; a name that he had stays findable."""
    with writing(actor, "correct_person"):
        row = held_person(person)
        write_person(row, name=name, code=code, aliases=aliases, born_year=born_year)
        keep_in_step([row.pk], actor=actor)
        index_people([row.pk])


def write_person(row: Person, *, name: str, code: str, aliases: Sequence[str], born_year: int | None) -> None:
    """Write the row; refuses a code that another person of the unit has."""
    former = [row.name] if row.name != name.strip() else []
    spellings = [part.strip() for part in (*aliases, *former) if part.strip() and part.strip() != name.strip()]
    row.name, row.code, row.born_year = name.strip(), code.strip(), born_year
    row.aliases = list(dict.fromkeys(spellings))
    row.search_text = words_of(row)
    try:
        with transaction.atomic():
            row.save(update_fields=["name", "code", "aliases", "born_year", "search_text"])
    except IntegrityError as error:
        raise code_taken(row.code) from error


def code_taken(code: str) -> DomainError:
    words = _("工号“%(code)s”已是本单位另一个人的，请核对。") % {"code": code}
    return DomainError("code_taken", words, field="code")


def link_account(*, person: UUID, user: UUID, actor: Viewer, now: datetime) -> None:
    """Say whose account it is; memberships and posts that go on open what they open from today on."""
    with writing(actor, "link_account"):
        row, account = held_person(person), get_user(user)
        _refuse_linking(row, user, actor, now)
        taken = Person.objects.filter(user=account).exclude(pk=row.pk).exists()
        if row.user_id not in (None, account.pk) or taken:
            raise _account_taken()
        row.user = account
        try:
            with transaction.atomic():
                row.save(update_fields=["user"])
        except IntegrityError as error:  # two who link one account at once
            raise _account_taken() from error
        deeds = Deeds(actor, now)
        open_roles(row, deeds)
        access.settle_homes(homes=[(account.pk, row.node_id)], actor=actor)
        index_people([row.pk])


def _account_taken() -> DomainError:
    return DomainError("account_taken", _("这个人已有账号，或这个账号已属于别人，请核对。"), field="user")


def _refuse_linking(row: Person, user: UUID, actor: Viewer, now: datetime) -> None:
    """An account is somebody's identity: nobody takes one for himself, nor gives away what he may not manage."""
    if actor == SYSTEM:
        return
    if actor.uuid == user:
        words = _("不能把自己的账号关联到别人的档案。请由上级党务干部办理。")
        raise DomainError("own_account", words, status=403, field="user")
    access.refuse_role_at(actor=actor, role=Role.MEMBER.value, node=row.node_id)
    refuse_unmanageable(actor, get_user(user), day_of(now))


def set_numbers(*, person: UUID, phone: str, id_number: str, actor: Viewer, now: datetime) -> None:
    """Write both numbers, '' to remove one. The history says who did it, never the numbers."""
    with writing(actor, "set_numbers"):
        row = held_person(person)
        phone, id_number = normal_phone(phone), normal_id_number(id_number, on=now.astimezone(SHANGHAI).date())
        row.phone, row.phone_lookup = phone, lookup_hash("phone", phone)
        row.id_number, row.id_number_lookup = id_number, lookup_hash("id_number", id_number)
        row.numbers_set_at = now
        try:
            with transaction.atomic():
                row.save(update_fields=["phone", "phone_lookup", "id_number", "id_number_lookup", "numbers_set_at"])
        except IntegrityError as error:
            message = _("这个身份证号已登记在本单位另一个人名下，请核对；确是同一人的，请先合并。")
            raise DomainError("id_number_taken", message, field="id_number") from error


def reveal_numbers(*, person: UUID, reason: str, reading: Reading) -> PersonNumbers:
    """Both numbers in full, for a stated reason. `reading` are the notes of the request: the read log keeps the row."""
    if len(reason.strip()) < SHORTEST_REASON:
        words = _("查看完整号码须写明事由，本人能看到。请写清用途后再查看。")
        raise DomainError("reason_needed", words, field="reason")
    row = get_person(person)
    numbers = PersonNumbers(phone=_opened(row.phone), id_number=_opened(row.id_number))
    reading.persons.append(row.user.uuid if row.user else row.uuid)  # he sees it under his account
    reading.reason = reason.strip()[:LONGEST_REASON]
    return numbers


def _opened(value: Sealed | None) -> str:
    return value.open() if value else ""
