"""一人一档: the file of one person, and the lists that go with it."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from linghang.apps.org.data import (
    DIRECTIONS,
    LEAVE_REASONS,
    MEMBERSHIP_KINDS,
    STANDINGS,
    TITLES,
    ContactState,
    DatedLine,
    FoundPerson,
    PersonCard,
    PersonName,
    SoughtPerson,
)
from linghang.apps.org.models import (
    ContactCheck,
    Membership,
    Mobility,
    Person,
    PersonClass,
    Post,
    RosterSpan,
    Standing,
    Transfer,
)
from linghang.apps.org.models.dated import Dated
from linghang.apps.org.queries.contacts import failed_since, state_of
from linghang.apps.org.queries.dated import covers
from linghang.apps.org.queries.people import get_person, numbers_of
from linghang.apps.org.queries.transfers import back_words, transfer_line
from linghang.ui.web.errors import not_found
from linghang.ui.web.paging import Page, page_of
from linghang.ui.web.scope import system_scope


def person_card(uuid: UUID, *, on: date) -> PersonCard:
    """The whole file of a person inside the open scope; the head says how it stood on a day."""
    row = get_person(uuid)
    with system_scope(reason="who may open the file reads the whole of it, also what lies in former branches"):
        return _card(row, on)


def person_of_user(user: UUID) -> UUID | None:
    """Whose account it is; None for an account that is nobody's in the roster."""
    return Person.objects.filter(user__uuid=user).values_list("uuid", flat=True).first()


def user_of_person(person: UUID) -> UUID | None:
    """His account, inside the open scope; None for somebody without one."""
    return Person.objects.filter(uuid=person).values_list("user__uuid", flat=True).first()


def people_of_user(user: UUID) -> list[UUID]:
    """People whose account it is: one or none."""
    found = person_of_user(user)
    return [found] if found else []


def resolve_people(rows: Sequence[SoughtPerson], *, on: date) -> list[FoundPerson]:
    """Whom a table means, row by row: by code, else by name or alias and branch. Two that fit are never guessed."""
    codes = {row.code for row in rows if row.code}
    names = {row.name for row in rows if row.name}
    spans = RosterSpan.objects.filter(covers(on)).select_related("person", "branch", "home")
    found = list(
        spans.filter(Q(person__code__in=codes) | Q(person__name__in=names) | Q(person__aliases__overlap=sorted(names)))
    )
    by_code = {span.person.code: span for span in found if span.person.code}
    by_name: dict[str, list[RosterSpan]] = {}
    for span in found:
        for name in {span.person.name, *span.person.aliases}:
            by_name.setdefault(name, []).append(span)
    return [_resolved(row, by_code, by_name) for row in rows]


def former_members_page(*, search: str, reason: str, on: date, number: int) -> Page[DatedLine]:
    """历史党员: 组织关系 that ended before a day, the latest first; also of those who are elsewhere today."""
    rows = Membership.objects.filter(kind="party", valid_to__lt=on).select_related("person", "organisation")
    if search:
        rows = rows.filter(person__search_text__contains=search.strip().casefold())
    if reason:
        rows = rows.filter(reason=reason)
    return page_of(rows.order_by("-valid_to", "pk"), number, _former)


def _former(row: Membership) -> DatedLine:
    reason = str(LEAVE_REASONS.get(row.reason, ""))
    note = f"{reason}：{row.went_to}" if reason and row.went_to else reason or row.went_to
    return DatedLine(row.uuid, row.person.name, row.organisation.name, row.valid_from, row.valid_to, note)


def _resolved(row: SoughtPerson, by_code: dict[str, RosterSpan], by_name: dict[str, list[RosterSpan]]) -> FoundPerson:
    if row.code:
        hit = by_code.get(row.code)
        return FoundPerson("found", hit.person.uuid) if hit else FoundPerson("unknown")
    fit = by_name.get(row.name, [])
    if row.branch:
        fit = [span for span in fit if row.branch in _names_of_home(span)]
    if len(fit) == 1:
        return FoundPerson("found", fit[0].person.uuid)
    return FoundPerson("ambiguous" if fit else "unknown", None, tuple(_name(span) for span in fit))


def _names_of_home(span: RosterSpan) -> tuple[str, ...]:
    home = span.home
    return (home.name, home.short_name, home.code, *home.aliases)


def _name(span: RosterSpan) -> PersonName:
    return PersonName(span.person.uuid, span.person.name, span.person.code, span.home.name)


def _card(row: Person, on: date) -> PersonCard:
    spans = RosterSpan.objects.filter(covers(on), person=row)
    span = spans.select_related("branch", "unit", "group", "home").first()
    posts = list(Post.objects.filter(person=row).select_related("organisation").order_by("-valid_from"))
    return PersonCard(
        uuid=row.uuid,
        name=row.name,
        code=row.code,
        aliases=tuple(row.aliases),
        born_year=row.born_year,
        user=row.user.uuid if row.user else None,
        top_key=row.top_id,
        node_key=row.node_id,
        home=span.home.name if span else "",
        home_uuid=span.home.uuid if span else None,
        branch=span.branch.name if span and span.branch else "",
        branch_uuid=span.branch.uuid if span and span.branch else None,
        unit=span.unit.name if span and span.unit else "",
        group=span.group.name if span and span.group else "",
        standing=span.standing if span else "",
        standing_label=str(STANDINGS.get(span.standing, "")) if span else "",
        person_class=span.person_class if span else "",
        titles=tuple(str(TITLES[post.title].label) for post in posts if _holds(post, on)),
        present=span is not None,
        numbers=numbers_of(row),
        standings=tuple(_standing(one, on) for one in Standing.objects.filter(person=row).order_by("-valid_from")),
        classes=tuple(_class(one, on) for one in PersonClass.objects.filter(person=row).order_by("-valid_from")),
        memberships=tuple(_memberships(row, on)),
        posts=tuple(_post(post, on) for post in posts),
        transfers=tuple(transfer_line(one, on) for one in _transfers(row)),
        mobility=tuple(_mobility(one, on) for one in Mobility.objects.filter(person=row).order_by("-valid_from")),
        contact=_contact(row, on),
    )


def _holds(row: Dated, on: date) -> bool:
    return row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)


def _standing(row: Standing, on: date) -> DatedLine:
    return DatedLine(row.uuid, str(STANDINGS[row.status]), "", row.valid_from, row.valid_to, open=_holds(row, on))


def _class(row: PersonClass, on: date) -> DatedLine:
    return DatedLine(row.uuid, row.code, "", row.valid_from, row.valid_to, open=_holds(row, on))


def _memberships(row: Person, on: date) -> Iterable[DatedLine]:
    rows = Membership.objects.filter(person=row).select_related("organisation").order_by("-valid_from", "kind")
    for one in rows:
        yield DatedLine(
            one.uuid,
            str(MEMBERSHIP_KINDS[one.kind]),
            one.organisation.name,
            one.valid_from,
            one.valid_to,
            _moves(one),
            _holds(one, on),
        )


def _moves(row: Membership) -> str:
    words = [
        _("来自%(place)s") % {"place": row.came_from} if row.came_from else "",
        str(LEAVE_REASONS.get(row.reason, "")),
        _("去往%(place)s") % {"place": row.went_to} if row.went_to else "",
        _("回执%(number)s") % {"number": row.receipt_number} if row.receipt_number else "",
    ]
    return "，".join(word for word in words if word)


def _post(row: Post, on: date) -> DatedLine:
    document = row.appointed_by_document
    label = str(TITLES[row.title].label)
    return DatedLine(row.uuid, label, row.organisation.name, row.valid_from, row.valid_to, document, _holds(row, on))


def _transfers(row: Person) -> Iterable[Transfer]:
    rows = Transfer.objects.filter(person=row).select_related("person", "from_organisation", "to_organisation")
    return rows.order_by("-sent_on")


def _mobility(row: Mobility, on: date) -> DatedLine:
    title = str(DIRECTIONS[row.direction])
    note = "，".join(word for word in (row.contact_branch, back_words(row)) if word)
    return DatedLine(row.uuid, title, row.place, row.valid_from, row.valid_to, note, _holds(row, on))


def _contact(row: Person, on: date) -> ContactState:
    confirmed = ContactCheck.objects.filter(person=row, outcome="confirmed", checked_on__lte=on).order_by("-checked_on")
    last = confirmed.values_list("checked_on", flat=True).first()
    return state_of(last, tuple(failed_since(row.pk)), on)


def membership_of(uuid: UUID) -> tuple[UUID, str]:
    """Which organisation and kind a membership inside the open scope is of."""
    found = Membership.objects.filter(uuid=uuid).values_list("organisation__uuid", "kind").first()
    if found is None:
        raise not_found()
    return found


def post_of(uuid: UUID, *, on: date) -> tuple[UUID, DatedLine]:
    """Whose post it is, and what it says, inside the open scope."""
    row = Post.objects.select_related("person", "organisation").filter(uuid=uuid).first()
    if row is None:
        raise not_found()
    return row.person.uuid, _post(row, on)
