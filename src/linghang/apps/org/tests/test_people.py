"""People and their numbers: unreadable in the database, found by a hash, shown masked, revealed for a reason."""

import logging

import pytest
from django.apps import apps
from django.core.exceptions import FieldError
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from linghang.apps.access.tests.world import NOW, TODAY, make_account, viewer
from linghang.apps.audit.middleware import ReadLogMiddleware
from linghang.apps.audit.queries import reads_of_person
from linghang.apps.org.models import Person
from linghang.apps.org.operations import add_person, reveal_numbers, set_numbers
from linghang.apps.org.queries import person_numbers, person_with_id_number, persons_with_phone
from linghang.apps.org.queries.roster import members_on
from linghang.apps.org.tests.pages_world import enter
from linghang.ui.web.errors import DomainError
from linghang.ui.web.reads import Reading, reading_of
from linghang.ui.web.routes import Reach, Rule
from linghang.ui.web.scope import Scope, system_scope, use_scope
from linghang.ui.web.sealed import Sealed, SealedTextField, SealedUnreadableError
from linghang.ui.web.writing import SYSTEM

PHONE, ID_NUMBER = "13812345678", "11010519491231002X"


@pytest.fixture(autouse=True)
def _everywhere():
    with system_scope(reason="test"):
        yield


@pytest.fixture
def member(units):
    return make_account("liu", "member", units["below"].node)


@pytest.fixture
def person(units, member):
    made = add_person(name="刘梅", organisation=units["below"].uuid, user=member.uuid, actor=SYSTEM)
    set_numbers(person=made, phone="138 1234 5678", id_number=ID_NUMBER.lower(), actor=SYSTEM, now=NOW)
    return made


def row_in_the_database() -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, phone_lookup, id_number, id_number_lookup FROM org_person")
        return dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))


def in_the_scope_of(place):
    return use_scope(Scope(subtrees=(place.node.path,)))


def test_nothing_can_be_read_in_the_table(person):
    stored = b"|".join(
        value if isinstance(value, bytes) else str(value).encode() for value in row_in_the_database().values()
    )
    for words in (PHONE, ID_NUMBER, ID_NUMBER[:6], ID_NUMBER[6:14], PHONE[3:]):
        assert words.encode() not in stored


def test_the_history_says_who_set_numbers_and_never_which(person):
    last = Person.pgh_event_model.objects.filter(pgh_label="update").latest("pgh_id")
    assert last.numbers_set_at == NOW
    assert last.pgh_context.metadata["action"] == "set_numbers"
    kept = {column.name for column in Person.pgh_event_model._meta.get_fields()}
    assert not kept & {"phone", "phone_lookup", "id_number", "id_number_lookup"}


def test_no_history_table_of_any_room_holds_a_sealed_value():
    sealed = [model for model in apps.get_models() for row in model._meta.fields if isinstance(row, SealedTextField)]
    assert sealed
    assert not [model.__name__ for model in sealed if hasattr(model, "pgh_tracked_model")]


def test_pages_get_the_numbers_masked(person):
    numbers = person_numbers(person)
    assert (numbers.phone, numbers.id_number) == ("138****5678", "110***********002X")


def test_both_numbers_are_optional_and_can_be_removed(person, units):
    set_numbers(person=person, phone="", id_number="", actor=SYSTEM, now=NOW)
    assert set(row_in_the_database().values()) == {None, ""}
    assert person_numbers(person).phone == ""
    add_person(name="无号", organisation=units["below"].uuid, actor=SYSTEM)
    add_person(name="也无号", organisation=units["below"].uuid, actor=SYSTEM)


def test_somebody_is_found_by_number_without_decrypting(person, monkeypatch):
    def never(*_: object) -> str:
        raise AssertionError("decrypted")

    monkeypatch.setattr(Sealed, "open", never)
    assert persons_with_phone("+86 138-1234-5678") == [person]
    assert person_with_id_number(ID_NUMBER.lower(), on=TODAY) == person
    assert persons_with_phone("13812345679") == []
    assert persons_with_phone("") == []


def test_nobody_outside_the_scope_is_found_shown_or_revealed(person, units):
    with in_the_scope_of(units["sibling"]):
        assert persons_with_phone(PHONE) == []
        assert person_with_id_number(ID_NUMBER, on=TODAY) is None
        for call in (
            lambda: person_numbers(person),
            lambda: reveal_numbers(person=person, reason="核对花名册", reading=Reading()),
            lambda: set_numbers(person=person, phone="", id_number="", actor=SYSTEM, now=NOW),
        ):
            with pytest.raises(DomainError, match="not_found"):
                call()


def test_one_id_number_belongs_to_one_person_of_a_unit(person, units):
    twin = add_person(name="同号", organisation=units["sibling"].uuid, actor=SYSTEM)
    with pytest.raises(DomainError, match="id_number_taken"):
        set_numbers(person=twin, phone="", id_number=ID_NUMBER, actor=SYSTEM, now=NOW)
    elsewhere = add_person(name="别的单位", organisation=units["other_top"].uuid, actor=SYSTEM)
    set_numbers(person=elsewhere, phone=PHONE, id_number=ID_NUMBER, actor=SYSTEM, now=NOW)


def test_a_wrong_number_is_refused_and_changes_nothing(person):
    with pytest.raises(DomainError) as refusal:
        set_numbers(person=person, phone="", id_number="110105194912310021", actor=SYSTEM, now=NOW)
    assert "校验码" in str(refusal.value.message)
    assert person_numbers(person).phone == "138****5678"


def test_changed_ciphertext_is_refused_and_the_page_says_so(person):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE org_person SET phone = set_byte(phone, 30, get_byte(phone, 30) # 1)")
    with pytest.raises(SealedUnreadableError, match="value_changed"):
        reveal_numbers(person=person, reason="核对花名册", reading=Reading())
    assert person_numbers(person).phone == "读不出来"
    assert person_numbers(person).id_number == "110***********002X"


def test_ciphertext_moved_to_another_column_is_refused(person):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE org_person SET phone = id_number")
    assert person_numbers(person).phone == "读不出来"
    with pytest.raises(ValueError, match=r"org_person\.id_number cannot be written"):
        Person.objects.update(phone=Person.objects.get().id_number)


def test_the_row_itself_never_holds_or_shows_the_words(person, caplog):
    row = Person.objects.get()
    row.phone = "13900001111"
    logging.getLogger("linghang").warning("%s %r %s", row, row, vars(row))
    assert "1390000" not in caplog.text
    assert "[已加密]" in caplog.text
    assert "138****" not in repr(person_numbers(person))


def test_numbers_cannot_be_searched_by_comparing(person):
    with pytest.raises(FieldError):
        Person.objects.filter(phone=PHONE).exists()
    assert Person.objects.filter(phone__isnull=False).count() == 1


def test_full_numbers_need_a_reason(person):
    for reason in ("", "  ", "看"):
        with pytest.raises(DomainError, match="reason_needed"):
            reveal_numbers(person=person, reason=reason, reading=Reading())


def test_full_numbers_leave_a_row_that_the_person_sees(person, units, member):
    officer = viewer(make_account("officer", "officer", units["own"].node))
    request = RequestFactory().get("/")
    vars(request).update(
        viewer=officer, now=NOW, scope=Scope(), rule=Rule("org:detail", "人员", roles={"officer": Reach.SUBTREE})
    )

    def page(seen) -> HttpResponse:
        numbers = reveal_numbers(person=person, reason=" 办理组织关系转接 ", reading=reading_of(seen))
        assert (numbers.phone, numbers.id_number) == (PHONE, ID_NUMBER)
        return HttpResponse("")

    ReadLogMiddleware(page)(request)
    with use_scope(Scope(reader=member.uuid)):
        lines = reads_of_person(member.uuid, number=1).rows
    assert [(line.reader, line.reason) for line in lines] == [("officer同志", "办理组织关系转接")]


def test_people_of_an_organisation_stand_by_the_sound_of_their_names_surnames_read_as_surnames(units):
    for name in ("张三", "曾梅", "单兵", "李四", "阿依古丽"):
        enter(name, units["below"])
    found = members_on([units["below"].uuid], on=TODAY)[units["below"].uuid]
    assert [one.name for one in found] == ["阿依古丽", "李四", "单兵", "曾梅", "张三"]
