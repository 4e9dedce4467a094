"""Finding by fragments: nothing is missed, nothing outside the scope is found or counted."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linghang.apps.access.operations import move_node
from linghang.apps.access.tests.world import TODAY, make_account, make_node, path_now, viewer
from linghang.apps.org.search.data import FindableRow, SearchKind, SearchKinds, Sound
from linghang.apps.org.search.models import Findable
from linghang.apps.org.search.operations import drop_findables, hang_findables_anew, put_findables, rebuild
from linghang.apps.org.search.queries import find, find_page, is_enough, kinds_for
from linghang.apps.org.search.spoken import sounds_of
from linghang.apps.org.search.words import normal, terms_of
from linghang.apps.org.tests.world import two_units
from linghang.ui.web.scope import Scope, system_scope, use_scope
from linghang.ui.web.viewer import NOBODY
from linghang.ui.web.writing import SYSTEM

pytestmark = pytest.mark.django_db
SEVERAL = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
THING, EVENT = "thing", "event"


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    """Two kinds on addresses that exist: the list of organisations for all posts, the read log for inspectors only."""
    made = SearchKinds()
    made.register(SearchKind(THING, "事物", "org:detail", order=1, sound=Sound.NAME))
    made.register(SearchKind(EVENT, "事件", "audit:reads", order=2, sound=Sound.INITIALS, dated=True))
    for module in ("queries", "operations"):
        monkeypatch.setattr(f"linghang.apps.org.search.{module}.search_kinds", made)
    return made


@pytest.fixture
def officer(units):
    return viewer(make_account("searcher", "officer", units["parent"].node))


def row(title: str, place, kind: str = THING, **more) -> FindableRow:
    return FindableRow(kind, uuid4(), place.node.key, title, **more)


def titles(query: str, who, kind: str = THING) -> list[str]:
    groups = {group.kind.code: group for group in find(query, viewer=who, on=TODAY, each=200)}
    return [hit.title for hit in groups[kind].hits] if kind in groups else []


@pytest.mark.parametrize("words", ["mfdzb", "mofu", "BS0101"])
def test_a_place_is_found_by_how_it_sounds_where_it_is_chosen_and_by_its_code(client, words):
    units = two_units()
    for post, node in (("officer", units["parent"].node), ("outside", units["other_top"].node)):
        client.force_login(make_account(post, "officer", node), backend="django.contrib.auth.backends.ModelBackend")
        found = client.get("/access/places/", {"page": "access:user-list", "q": words}).json()["lines"]
        assert [line["label"] for line in found] == (["磨浮党支部"] if post == "officer" else [])


# --- nothing is missed ------------------------------------------------------------------------------------------------

LETTERS = "张建国党支部会议演练应急0123ab AB％%_\\'\"·①ﬁＡ"
words = st.text(alphabet=LETTERS, min_size=1, max_size=12).filter(lambda text: normal(text) != "")


@SEVERAL
@given(
    lines=st.lists(st.tuples(words, words, st.lists(words, max_size=2)), min_size=1, max_size=25),
    query=st.one_of(words, st.tuples(words, words).map(" ".join)),
    cut=st.tuples(st.integers(0, 24), st.integers(0, 11), st.integers(1, 5)),
    own=st.booleans(),
)
def test_a_query_finds_exactly_what_a_plain_look_through_all_words_finds(units, officer, lines, query, cut, own):
    """Fragments are drawn freely, or cut out of a line that is there."""
    if own:
        query = lines[cut[0] % len(lines)][0][cut[1] :][: cut[2]]
    terms = terms_of(query)
    with transaction.atomic():
        rows = [row(title, units["own"], line=line, also=tuple(also)) for title, line, also in lines]
        put_findables(rows)
        wanted = {each.uuid for each in rows if terms and all(_has(each, term) for term in terms)}
        groups = find(query, viewer=officer, on=TODAY, each=200)
        transaction.set_rollback(True)
    assert {hit.uuid for group in groups for hit in group.hits} == wanted
    assert sum(group.count for group in groups) == len(wanted)


def _has(each: FindableRow, term: str) -> bool:
    texts = [each.title, each.line, *each.also]
    return any(term in line for line in [*map(normal, texts), *sounds_of(normal(each.title), Sound.NAME)])


def test_one_character_two_characters_and_pieces_that_are_no_words_are_found(units, officer):
    put_findables([row("三月应急演练", units["own"]), row("党课", units["own"])])
    for query in ("演", "演练", "急演", "应急演练", "三月应急演练", "月 练"):
        assert titles(query, officer) == ["三月应急演练"], query
    assert titles("练演", officer) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [("zjg", True), ("zhangjianguo", True), ("jianguo", True), ("ZJG", True), ("ＺＪＧ", True), ("zjh", False)],
)
def test_people_are_found_by_initials_and_by_full_pinyin(units, officer, query, found):
    put_findables([row("张建国", units["own"])])
    assert titles(query, officer) == (["张建国"] if found else [])


@pytest.mark.parametrize("query", ["sxx", "dxx", "shan", "dan"])
def test_a_surname_is_found_however_it_is_read(units, officer, query):
    put_findables([row("单雄信", units["own"])])
    assert titles(query, officer) == ["单雄信"]


def test_codes_former_names_and_aliases_find_a_thing_and_are_not_shown(units, officer):
    put_findables([row("磨浮党支部", units["own"], line="党支部", also=("BS0101", "浮选党支部"))])
    for query in ("bs01", "0101", "浮选"):
        (group,) = find(query, viewer=officer, on=TODAY)
        assert [(hit.title, hit.line) for hit in group.hits] == [("磨浮党支部", "党支部")]


def test_a_single_letter_says_too_little(units, officer):
    put_findables([row("a1", units["own"])])
    assert not is_enough("a")
    assert not is_enough(" 1 ")
    assert is_enough("张")
    assert titles("a", officer) == []
    assert titles("a1", officer) == ["a1"]


def test_the_title_that_is_the_query_comes_first_then_those_that_begin_with_it(units, officer):
    put_findables([row(title, units["own"]) for title in ("老张三", "张三丰", "张三")])
    assert titles("张三", officer) == ["张三", "张三丰", "老张三"]


def test_of_very_many_hits_the_newest_are_listed_and_the_number_says_that_there_are_more(units):
    inspector = viewer(make_account("inspector", "inspector", units["parent"].node))
    first = date(2025, 1, 1)
    put_findables(row(f"党课{day}", units["own"], EVENT, day=first + timedelta(days=day)) for day in range(150))
    (group,) = find("党课", viewer=inspector, on=TODAY)
    assert (group.count, group.more) == (100, True)
    assert [hit.title for hit in group.hits] == ["党课149", "党课148", "党课147", "党课146", "党课145"]
    page, more = find_page("党课", group.kind, viewer=inspector, on=TODAY, number=4)
    assert (page.total, more, page.rows[-1].title) == (100, True, "党课50")


def test_what_is_rare_among_the_newest_is_found_among_the_old(units, monkeypatch):
    inspector = viewer(make_account("inspector", "inspector", units["parent"].node))
    monkeypatch.setattr("linghang.apps.org.search.queries.NEWEST_LOOKED_AT", 10)
    days = [date(2025, 1, 1) + timedelta(days=day) for day in range(40)]
    put_findables(row("换届" if day == days[0] else "党课", units["own"], EVENT, day=day) for day in days)
    assert titles("换届", inspector, EVENT) == ["换届"]


# --- inside the scope only --------------------------------------------------------------------------------------------


@SEVERAL
@given(
    at=st.lists(st.sampled_from(["parent", "own", "below", "sibling", "other_top"]), min_size=1, max_size=12),
    homes=st.lists(st.sampled_from([None, "own", "below", "sibling"]), min_size=12, max_size=12),
    role=st.sampled_from(["officer", "member", "secretary", "group_leader", "outsider", ""]),
    post=st.sampled_from(["parent", "own", "below", "sibling", "other_top"]),
    mine=st.integers(0, 15),
)
def test_hits_and_counts_are_those_of_the_scope_that_the_address_opens(units, at, homes, role, post, mine):
    with transaction.atomic():
        user = make_account(f"x-{uuid4().hex[:8]}", role, units[post].node)
        who = viewer(user)
        rows = [
            row(
                "同一个题目", units[place], home=units[home].node.key if home else None,
                readers=(user.uuid,) if number == mine else (),
            )
            for number, (place, home) in enumerate(zip(at, homes, strict=False))
        ]  # fmt: skip
        put_findables(rows)
        groups = find("题目", viewer=who, on=TODAY, each=200)
        wanted = _by_the_manager(who)
        transaction.set_rollback(True)
    assert {hit.uuid for group in groups for hit in group.hits} == wanted
    assert sum(group.count for group in groups) == len(wanted)


def _by_the_manager(who) -> set[UUID]:
    """The same asked of the scoped manager, which knows nothing of pieces."""
    from linghang.apps.access.queries import scope_on_address

    scope = scope_on_address(who, "org:detail", on=TODAY)
    if scope is None:
        return set()
    with use_scope(scope):
        return set(Findable.objects.filter(words__contains="题目").values_list("uuid", flat=True))


def test_a_kind_whose_address_is_closed_to_the_viewer_is_neither_found_nor_counted(units, officer):
    put_findables([row("党课", units["own"], EVENT)])
    assert [kind.code for kind in kinds_for(officer, on=TODAY)] == [THING]
    assert find("党课", viewer=officer, on=TODAY) == []
    assert find("党课", viewer=NOBODY, on=TODAY) == []


def test_whoever_administers_the_whole_installation_finds_what_its_kinds_let_him(units):
    put_findables([row("甲乙", units["own"]), row("甲丙", units["other_top"])])
    admin = viewer(make_account("admin", "system_admin"))
    assert sorted(titles("甲", admin)) == ["甲丙", "甲乙"]


def test_the_index_fails_closed_without_a_scope(units):
    put_findables([row("甲乙", units["own"])])
    with use_scope(Scope()):
        assert not Findable.objects.exists()


# --- in step ----------------------------------------------------------------------------------------------------------


def test_erased_words_leave_the_index_with_the_transaction_that_erases_them(units, officer):
    kept, erased = row("张三", units["own"]), row("张四", units["own"])
    put_findables([kept, erased])
    with transaction.atomic():
        drop_findables(THING, [erased.uuid])
        assert titles("张", officer) == ["张三"]
        transaction.set_rollback(True)
    assert sorted(titles("张", officer)) == ["张三", "张四"]
    drop_findables(THING, [erased.uuid])
    with system_scope(reason="test"):
        assert not Findable.objects.filter(words__contains="张四").exists()


def test_writing_anew_replaces_the_words_and_leaves_unchanged_rows_untouched(units, officer):
    first, second = row("张三", units["own"]), row("李四", units["own"])
    put_findables([first, second])
    before = _versions()
    put_findables([first, FindableRow(THING, second.uuid, second.node, "王五")])
    assert titles("李", officer) == []
    assert titles("王五", officer) == ["王五"]
    assert [now == then for then, now in zip(before, _versions(), strict=True)] == [True, False]


def _versions() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid::text FROM org_findable WHERE kind = 'thing' ORDER BY id")
        return [line[0] for line in cursor.fetchall()]


def test_two_writings_of_one_thing_in_one_call_leave_the_last(units, officer):
    thing = uuid4()
    put_findables([FindableRow(THING, thing, units["own"].node.key, name) for name in ("旧名", "新名")])
    assert (titles("旧名", officer), titles("新名", officer)) == ([], ["新名"])


def test_what_moves_with_its_place_is_found_from_the_new_places_above_only(units):
    old = viewer(make_account("old", "secretary", units["own"].node))
    new = viewer(make_account("new", "secretary", units["sibling"].node))
    put_findables([row("跟着走", units["below"]), row("留下", units["own"], home=units["below"].node.key)])
    assert (sorted(titles("走", old)), titles("走", new)) == (["跟着走"], [])
    before = units["below"].node.path
    with system_scope(reason="test"):
        move_node(node=units["below"].node.uuid, parent=units["sibling"].node.uuid, actor=SYSTEM)
    hang_findables_anew(old_path=before, new_path=path_now(units["below"].node))
    assert (titles("走", old), titles("走", new)) == ([], ["跟着走"])
    assert (titles("留下", old), titles("留下", new)) == (["留下"], ["留下"])


def test_a_rebuild_gives_what_writing_step_by_step_gave_and_drops_what_is_gone(units, officer, kinds):
    rows = [row(f"第{number}项", units["own"], also=(f"C{number}",)) for number in range(30)]
    put_findables([*rows, row("早已没有", units["own"])])
    wanted = _content([each.uuid for each in rows])
    kinds.register(SearchKind(THING, "事物", "org:detail", sound=Sound.NAME, source=lambda: iter(rows)))
    heard = []
    assert rebuild(report=lambda kind, count: heard.append((kind.code, count))) == {THING: 30}
    assert heard == [(THING, 30)]
    assert _content([each.uuid for each in rows]) == wanted
    assert titles("早已没有", officer) == []


def _content(uuids: list[UUID]) -> list[tuple]:
    with system_scope(reason="test"):
        rows = Findable.objects.filter(uuid__in=uuids).order_by("uuid")
        return list(rows.values_list("uuid", "node", "top", "title", "line", "words", "pieces"))


def test_a_node_without_a_path_stops_the_writing(units):
    with pytest.raises(KeyError):
        put_findables([FindableRow(THING, uuid4(), 99_999_999, "无处可挂")])


def test_places_of_other_rooms_need_no_organisation(units):
    """A row may hang on any place, whatever room made it."""
    lonely = make_node("临时")
    put_findables([FindableRow(THING, uuid4(), lonely.key, "临时的事")])
    assert titles("临时", viewer(make_account("z", "officer", lonely))) == ["临时的事"]


def test_two_units_never_meet():
    units = {name: place for name, place in two_units().items() if name in ("parent", "other_top")}
    put_findables([row("磨浮会议", units["parent"]), row("渠道会议", units["other_top"])])
    for name, wanted in (("parent", ["磨浮会议"]), ("other_top", ["渠道会议"])):
        assert titles("会议", viewer(make_account(f"o-{name}", "officer", units[name].node))) == wanted
