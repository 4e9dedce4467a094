"""A person's dated life: 政治面貌 and class, memberships, posts. Each row gives way to the next, none is lost."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linghang.apps.access import operations as access
from linghang.apps.access.data import Role
from linghang.apps.org.data import KINDS, LEAVE_REASONS, STANDINGS, TITLES, MembershipKind
from linghang.apps.org.data.posts import HOMES, ONE_A_DAY
from linghang.apps.org.models import Membership, Organisation, Person, PersonClass, Post, Standing, Term
from linghang.apps.org.operations.lives import DAY, Deeds, end, held_person, refuse_later, take_over, void
from linghang.apps.org.operations.spans import keep_in_step
from linghang.apps.org.policies import may_belong
from linghang.apps.org.queries.classes import person_classes
from linghang.apps.org.queries.dated import not_over
from linghang.apps.org.queries.organisations import get_organisation
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

OPENS = {MembershipKind.PARTY.value: Role.MEMBER.value, MembershipKind.WORK.value: Role.STAFF.value}


def change_standing(*, person: UUID, status: str, valid_from: date, actor: Viewer, now: datetime) -> None:
    """政治面貌 from a day on; what it was before ends the day before."""
    with writing(actor, "change_standing"):
        deeds, row = Deeds(actor, now), held_person(person)
        write_standing(row, status, valid_from, deeds)
        keep_in_step(deeds.people, actor=actor)


def change_class(*, person: UUID, person_class: str, valid_from: date, actor: Viewer, now: datetime) -> None:
    """The word of the roster's class column from a day on; '' ends the one that holds."""
    with writing(actor, "change_class"):
        deeds, row = Deeds(actor, now), held_person(person)
        write_class(row, person_class, valid_from, deeds)
        keep_in_step(deeds.people, actor=actor)


def join(
    *,
    person: UUID,
    organisation: UUID,
    kind: str,
    valid_from: date,
    valid_to: date | None = None,
    came_from: str = "",
    actor: Viewer,
    now: datetime,
) -> None:
    """Somebody belongs to an organisation from a day on. 组织关系 elsewhere is not ended here: that is a transfer."""
    with writing(actor, "join"):
        deeds, row, place = Deeds(actor, now), held_person(person), get_organisation(organisation)
        if kind == MembershipKind.PARTY.value:
            _refuse_second_branch(row, place, valid_from)
        write_membership(row, place, kind, valid_from, deeds, valid_to=valid_to, came_from=came_from)
        keep_in_step(deeds.people, actor=actor)


def leave(
    *,
    person: UUID,
    organisation: UUID,
    kind: str,
    last_day: date,
    reason: str,
    went_to: str = "",
    receipt_number: str = "",
    actor: Viewer,
    now: datetime,
) -> None:
    """The last day of a membership; posts there and in its groups end with it, and so does what they open."""
    with writing(actor, "leave"):
        deeds, row, place = Deeds(actor, now), held_person(person), get_organisation(organisation)
        if reason not in LEAVE_REASONS:
            raise DomainError("unknown_reason", _("请选择离开的原因。"), field="reason")
        held = Membership.objects.filter(person=row, organisation=place, kind=kind, valid_to__isnull=True)
        membership = held.order_by("-valid_from").first()
        if membership is None:
            raise DomainError(
                "not_there", _("%(name)s现在不在这里，请核对。") % {"name": row.name}, field="organisation"
            )
        finish(membership, last_day, deeds, reason=reason, went_to=went_to, receipt_number=receipt_number)
        keep_in_step(deeds.people, actor=actor)


def appoint(
    *,
    person: UUID,
    organisation: UUID,
    title: str,
    valid_from: date,
    valid_to: date | None = None,
    term: UUID | None = None,
    document: str = "",
    actor: Viewer,
    now: datetime,
) -> UUID:
    """Give a post from a day on, with the role that it opens if the person has an account. Nobody appoints himself."""
    with writing(actor, "appoint"):
        row, place = held_person(person), get_organisation(organisation)
        role = _role_of(title, place)
        node = _node_of(place)
        _refuse_appointing(row, place, title, valid_from, valid_to, actor)
        if role is not None:
            access.refuse_role_at(actor=actor, role=role, node=node)
        made = Post(
            person=row,
            organisation=place,
            title=title,
            term=_term(term, place),
            appointed_by_document=document.strip(),
            valid_from=valid_from,
            valid_to=valid_to,
        )
        made.grant_id = _opened(row, role, node, valid_from, valid_to, Deeds(actor, now))
        _save_post(made)
        return made.uuid


def dismiss(*, post: UUID, last_day: date, actor: Viewer, now: datetime) -> None:
    """The last day of a post; the role that it opened ends with that day."""
    with writing(actor, "dismiss"):
        held = Post.objects.select_for_update(of=("self",), no_key=True)
        row = held.select_related("person__user", "organisation__node").filter(uuid=post).first()
        if row is None:
            raise not_found()
        _refuse_self(row.person, actor)
        role = _role_of(row.title, row.organisation)
        if role is not None:
            access.refuse_role_at(actor=actor, role=role, node=_node_of(row.organisation))
        if row.valid_to is not None and last_day >= row.valid_to:
            words = _("这个职务到%(day)s为止，不能再往后结束。要继续任职，请重新任命。")
            raise DomainError("post_over", words % {"day": row.valid_to.isoformat()}, status=409, field="last_day")
        end(row, last_day, Deeds(actor, now))


def write_standing(row: Person, status: str, day: date, deeds: Deeds) -> None:
    if status not in STANDINGS:
        raise DomainError("unknown_standing", _("请选择政治面貌。"), field="standing")
    refuse_later(day, deeds, "valid_from")
    rows = Standing.objects.filter(person=row)
    said, until = take_over(rows, day, lambda held: held.status == status, deeds)
    if not said:
        deeds.created(Standing.objects.create(person=row, status=status, valid_from=day, valid_to=until))
        deeds.people.add(row.pk)


def write_class(row: Person, word: str, day: date, deeds: Deeds) -> None:
    if word and word not in person_classes(on=day):
        words = _("类别“%(word)s”不在本单位的类别里，请选用：%(known)s。")
        known = "、".join(person_classes(on=day))
        raise DomainError("unknown_class", words % {"word": word, "known": known}, field="person_class")
    refuse_later(day, deeds, "valid_from")
    said, until = take_over(PersonClass.objects.filter(person=row), day, lambda held: held.code == word, deeds)
    deeds.people.add(row.pk)
    if word and not said:
        deeds.created(PersonClass.objects.create(person=row, code=word, valid_from=day, valid_to=until))


def write_membership(
    row: Person,
    place: Organisation,
    kind: str,
    day: date,
    deeds: Deeds,
    *,
    valid_to: date | None = None,
    came_from: str = "",
    receipt_number: str = "",
) -> None:
    """One more membership; of a kind that one has once a day, the one before ends."""
    refuse_membership(row.top_id, place, kind, day, deeds)
    rows = Membership.objects.filter(person=row, kind=kind)
    rows = rows if kind in ONE_A_DAY else rows.filter(organisation=place)
    if kind in HOMES:
        end_posts_elsewhere(row, kind, place, day, deeds)
    said, until = take_over(rows, day, lambda held: held.organisation_id == place.pk, deeds)
    if said:
        return
    last = min((end for end in (until, valid_to) if end is not None), default=None)
    grant = _opened(row, OPENS.get(kind), place.node_id, day, last, deeds)
    made = Membership.objects.create(
        person=row,
        organisation=place,
        kind=kind,
        valid_from=day,
        valid_to=last,
        came_from=came_from.strip(),
        receipt_number=receipt_number,
        grant_id=grant,
    )
    deeds.created(made)
    deeds.people.add(row.pk)


def finish(
    row: Membership, last_day: date, deeds: Deeds, *, reason: str, went_to: str = "", receipt_number: str = ""
) -> None:
    """End a membership, with the posts that hang on it."""
    refuse_later(last_day, deeds, "last_day")
    end(row, last_day, deeds)
    row.reason, row.went_to, row.receipt_number = reason, went_to.strip(), receipt_number.strip() or row.receipt_number
    row.save(update_fields=["reason", "went_to", "receipt_number"])
    end_posts(row.person, row.organisation, last_day, deeds)
    if row.kind == MembershipKind.PARTY.value:
        _end_groups(Membership.objects.filter(person=row.person), last_day, deeds)
    deeds.people.add(row.person_id)


def end_posts_elsewhere(row: Person, kind: str, place: Organisation, day: date, deeds: Deeds) -> None:
    """Somebody who comes to another branch or unit loses the posts of the one that he leaves."""
    with system_scope(reason="the branch that somebody leaves may be out of sight of the one that he joins"):
        here = Membership.objects.filter(person=row, kind=kind, valid_from__lt=day).exclude(organisation=place)
        for held in here.filter(valid_to__isnull=True).select_related("organisation__node", "person"):
            end_posts(row, held.organisation, day - DAY, deeds)
            below = Membership.objects.filter(organisation__node__path__startswith=held.organisation.node.path)
            _end_groups(below.filter(person=row), day - DAY, deeds)


def _end_groups(rows: QuerySet[Membership], last_day: date, deeds: Deeds) -> None:
    """党小组 of a branch end with it; one that was written down for a later day was never that of a member there."""
    groups = rows.filter(kind=MembershipKind.GROUP.value)
    for group in (groups.filter(valid_to__isnull=True) | groups.filter(valid_to__gt=last_day)).order_by("valid_from"):
        if group.valid_from > last_day:
            void(group, deeds)
        else:
            end(group, last_day, deeds)


def end_posts(row: Person, place: Organisation, last_day: date, deeds: Deeds) -> None:
    """Posts at an organisation and below it end; those that would begin later are taken back with their role.

    Refused where the actor could not dismiss him either: nobody loses a post by the way of a transfer.
    """
    with system_scope(reason="what hangs on a membership ends with it, below the branch too"):
        held = Post.objects.filter(person=row, organisation__node__path__startswith=place.node.path)
        held = held.select_related("person__user", "organisation__node")
        for post in held.filter(valid_to__isnull=True) | held.filter(valid_to__gt=last_day):
            if not deeds.reshapes:
                _refuse_ending(post, deeds.actor)
            if post.valid_from > last_day:
                void(post, deeds)
            else:
                end(post, last_day, deeds)


def refuse_membership(top: int, place: Organisation, kind: str, day: date, deeds: Deeds) -> None:
    """Refuse, for somebody of that top, another unit, a closed place, a type without such members, a day to come."""
    refuse_later(day, deeds, "valid_from")
    words = {"place": place.name}
    if place.top_id != top:
        raise DomainError(
            "other_top", _("“%(place)s”属于另一个独立的单位。请在那里另建。") % words, field="organisation"
        )
    if day < place.founded_on or (place.closed_on is not None and day > place.closed_on):
        raise DomainError("not_there_then", _("“%(place)s”在那一天不存在，请核对日期。") % words, field="valid_from")
    if not may_belong(kind, place.kind):
        words["kind"] = str(KINDS[place.kind].label)
        sentence = _("“%(place)s”是%(kind)s，不能这样隶属。请另选组织。") % words
        raise DomainError("wrong_membership", sentence, field="organisation")


def _refuse_second_branch(row: Person, place: Organisation, day: date) -> None:
    with system_scope(reason="组织关系 elsewhere stands in the way wherever it is"):
        held = Membership.objects.filter(person=row, kind=MembershipKind.PARTY.value).exclude(organisation=place)
        elsewhere = held.filter(valid_to__isnull=True) | held.filter(valid_to__gte=day)
        found = elsewhere.select_related("organisation").first()
    if found is not None:
        words = _("%(name)s的组织关系还在“%(place)s”，请办转接，不能直接加入。")
        raise DomainError("still_elsewhere", words % {"name": row.name, "place": found.organisation.name})


def _refuse_appointing(
    row: Person, place: Organisation, title: str, day: date, last: date | None, actor: Viewer
) -> None:
    _refuse_self(row, actor)
    if row.top_id != place.top_id:
        raise DomainError("other_top", _("这个人属于另一个独立的单位，不能在这里任职。"), field="person")
    if place.closed_on is not None and day > place.closed_on:
        raise DomainError("not_there_then", _("这个组织那时已经撤销，请核对日期。"), field="valid_from")
    if last is not None and last < day:
        raise DomainError("dates_crossed", _("结束日期早于开始日期，请改正。"), field="valid_to")
    _refuse_taken(row, place, title, day, last)


def _refuse_taken(row: Person, place: Organisation, title: str, day: date, last: date | None) -> None:
    label = TITLES[title].label
    held = Post.objects.filter(organisation=place, title=title)
    held = held if TITLES[title].single else held.filter(person=row)
    held = held.filter(valid_to__isnull=True) | held.filter(valid_to__gte=day)
    taken = (held.filter(valid_from__lte=last) if last else held).select_related("person").first()
    if taken is not None:
        words = _("%(title)s在那段时间是%(name)s。请先登记免职，再任命。") % {"title": label, "name": taken.person.name}
        raise DomainError("post_taken", words, field="title")


def _refuse_ending(post: Post, actor: Viewer) -> None:
    role = _role_of(post.title, post.organisation)
    try:
        _refuse_self(post.person, actor)
        if role is not None:
            access.refuse_role_at(actor=actor, role=role, node=_node_of(post.organisation))
    except DomainError as error:
        words = _("%(name)s还担任“%(place)s”的%(title)s，您不能免去这个职务。请先由上级党务干部免职，再办离开。")
        told = {"name": post.person.name, "place": post.organisation.name, "title": TITLES[post.title].label}
        raise DomainError("post_in_the_way", words % told, status=403) from error


def _save_post(row: Post) -> None:
    """Two who appoint at once: the second one hears what the first one did."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        words = _("别人刚刚办了“%(title)s”的任职，请刷新后核对。") % {"title": TITLES[row.title].label}
        raise DomainError("post_taken", words, status=409, field="title") from error


def _refuse_self(row: Person, actor: Viewer) -> None:
    if actor.uuid is not None and row.user is not None and row.user.uuid == actor.uuid:
        raise DomainError("own_post", _("不能给自己任免。请由上级党务干部办理。"), status=403)


def _role_of(title: str, place: Organisation) -> str | None:
    info = TITLES.get(title)
    where = {kind.value: role for kind, role in info.where.items()} if info else {}
    if place.kind not in where:
        words = _("“%(place)s”没有这个职务，请另选。") % {"place": place.name}
        raise DomainError("wrong_title", words, field="title")
    role = where[place.kind]
    return role.value if role else None


def _node_of(place: Organisation) -> int:
    """Where a post opens pages: what stands beside the tree (党组) opens what it leads."""
    if KINDS[place.kind].beside and place.node.parent_id is not None:
        return place.node.parent_id
    return place.node_id


def _term(term: UUID | None, place: Organisation) -> Term | None:
    if term is None:
        return None
    found = Term.objects.filter(uuid=term, organisation=place).first()
    if found is None:
        raise not_found()
    return found


def _opened(row: Person, role: str | None, node: int, day: date, last: date | None, deeds: Deeds) -> int | None:
    if role is None or row.user_id is None:
        return None
    post = access.NewPost(row.user_id, role, node, day, last)
    return access.open_posts(posts=[post], actor=deeds.actor, now=deeds.now)[0]


def open_roles(row: Person, deeds: Deeds) -> None:
    """Open what memberships and posts that go on open, for somebody who has an account only now."""
    memberships = Membership.objects.filter(not_over(deeds.today), person=row, grant__isnull=True)
    for held in memberships.select_related("organisation__node", "person"):
        _open(held, OPENS.get(held.kind), held.organisation.node_id, deeds)
    posts = Post.objects.filter(not_over(deeds.today), person=row, grant__isnull=True)
    for post in posts.select_related("organisation__node", "person"):
        _open(post, _role_of(post.title, post.organisation), _node_of(post.organisation), deeds)


def _open(held: Membership | Post, role: str | None, node: int, deeds: Deeds) -> None:
    since = max(held.valid_from, deeds.today)
    held.grant_id = _opened(held.person, role, node, since, held.valid_to, deeds)
    if held.grant_id is not None:
        held.save(update_fields=["grant"])
