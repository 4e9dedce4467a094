"""结果运用: exactly as the rules say, a draft until another person confirms, and never about a person's pay."""

import io
from datetime import date
from uuid import uuid4

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from linghang.apps.appraisal.models import Binding, Book, GradeResult, PackVersion, Run, UseList
from linghang.apps.appraisal.tests.packs_world import SCHEME, shipped
from linghang.apps.appraisal.tests.statements_world import NOW, points_world
from linghang.apps.org.models import Organisation
from linghang.engine.periods import Month
from linghang.ui.web.scope import system_scope

MARCH = Month(2026, 3)
STAR = "quarter-star"


@pytest.fixture(autouse=True)
def _today(settings):
    settings.DEMO_TODAY = date(2026, 4, 20)


@pytest.fixture
def stars() -> tuple[str, str]:
    """The scheme of branches that came with the product, and its grade."""
    from linghang.apps.appraisal.queries.packs import pack_of

    scheme = next(s for s in pack_of(shipped("example-star-branch")).schemes.values() if s.subject == "branch")
    return scheme.id, scheme.grades[0].id


@pytest.fixture
def world(db, stars):
    """Two branches of one committee with final stars of the first quarter: in the top band and in the lowest."""
    world = points_world()
    scheme, grade = stars
    with system_scope(reason="test"):
        version = PackVersion.objects.get(uuid=shipped("example-star-branch"))
        node = world.places["parent"].node.key
        held = Binding.objects.create(
            node_id=node, version=version, scheme=scheme, since=Month(2026, 1).index, offered_at=NOW,
            offered_by=world.users["officer"], confirmed_by=world.users["leader"], confirmed_at=NOW,
        )  # fmt: skip
        run = Run.objects.create(
            kind="month", node_id=node, version=version, scheme=scheme, month=MARCH.index, watermark={},
            engine="reference", versions={}, result_hash=uuid4().hex * 2, subjects=2, at=NOW,
        )  # fmt: skip
        committee = Organisation.objects.get(uuid=world.places["parent"].uuid)
        book = Book.objects.create(
            binding=held, scheme=scheme, month=MARCH.index, place=committee, node_id=node, state="final", run=run
        )
        for place, total, band in (("branch", 9500, bands(stars)[0]), ("other_branch", 5000, bands(stars)[-1])):
            row = Organisation.objects.get(uuid=world.places[place].uuid)
            GradeResult.objects.create(
                subject=row.uuid, organisation=row, scheme=scheme, month=MARCH.index, book=book, node_id=node, run=run,
                final=True, grade=grade, state="graded", total=total, band=band,
            )  # fmt: skip
    return world


def bands(stars) -> list[str]:
    from linghang.apps.appraisal.queries.packs import pack_of

    scheme = pack_of(shipped("example-star-branch")).schemes[stars[0]]
    return [band.id for band in scheme.grades[0].bands]


@pytest.fixture
def browser(world):
    def sign_in(who: str) -> Client:
        client = Client()
        client.force_login(world.users[who], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def add_rule(browser, world, stars, band, coefficient, **more):
    given = {
        "place": str(world.places["parent"].node.uuid), "band": f"{stars[0]}/{stars[1]}/{band}",
        "effect": "年度绩效系数", "coefficient": coefficient, "document": "党委〔2026〕5号", "since": "2026-01",
    } | more  # fmt: skip
    return browser("officer").post(reverse("appraisal:use-rule"), given)


def make(browser, world, stars, month="2026-03"):
    given = {"place": str(world.places["parent"].node.uuid), "grade": f"{stars[0]}/{stars[1]}", "month": month}
    return browser("officer").post(reverse("appraisal:use-make"), given)


def made_list(browser, world, stars):
    """A rule for the highest band, and the list of the quarter."""
    assert add_rule(browser, world, stars, bands(stars)[0], "1.15").status_code == 302
    assert make(browser, world, stars).status_code == 302
    with system_scope(reason="test"):
        return UseList.objects.get().uuid


@pytest.fixture
def made(browser, world, stars):
    return made_list(browser, world, stars)


def workbook(browser, uuid, who="personnel"):
    response = browser(who).get(reverse("appraisal:use-export", args=[uuid]))
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


@pytest.mark.row("S2-44")
def test_the_list_holds_grade_and_coefficient_exactly_by_rule_and_says_draft_until_confirmed(browser, world, stars):
    made = made_list(browser, world, stars)
    rows = workbook(browser, made)
    assert "草案，未经审定" in rows[0][0]
    names = {row[0]: row for row in rows if row and row[0] in ("磨浮党支部", "碎矿党支部")}
    assert names["磨浮党支部"][-1] == 1.15
    assert names["碎矿党支部"][-1] == "—"  # no rule for its band: no effect, no coefficient
    alone = browser("officer").post(reverse("appraisal:use-confirm", args=[made]), {"document": "纪要3号"})
    assert alone.status_code == 422
    assert "两个人分别办理" in alone.content.decode()
    done = browser("leader").post(reverse("appraisal:use-confirm", args=[made]), {"document": "党委纪要〔2026〕3号"})
    assert done.status_code == 302
    assert "草案" not in workbook(browser, made)[0][0]


@pytest.mark.row("S2-44")
def test_the_branch_reads_on_its_own_page_what_was_used_about_it_and_may_object(browser, world, stars):
    made = made_list(browser, world, stars)
    page = reverse("org:branch", args=[world.branch.uuid])
    assert "年度绩效系数" not in browser("secretary").get(page).content.decode()
    browser("leader").post(reverse("appraisal:use-confirm", args=[made]), {"document": "党委纪要〔2026〕3号"})
    shown = browser("secretary").get(page).content.decode()
    assert "年度绩效系数" in shown
    assert "党委纪要〔2026〕3号" in shown
    assert "有异议" in shown


def test_grades_of_persons_have_no_effect_on_pay(browser, world, stars):
    page = browser("officer").get(reverse("appraisal:use-rule")).content.decode()
    assert f"{SCHEME}/" not in page
    from linghang.apps.access.tests.world import viewer
    from linghang.apps.appraisal.data.uses import NewRule
    from linghang.apps.appraisal.operations.uses import add_use_rule
    from linghang.ui.web.errors import DomainError

    node = world.places["parent"].node.uuid
    new = NewRule(node, SCHEME, STAR, "star5", "绩效", None, "文件", Month(2026, 1))
    with world.scope("officer"), pytest.raises(DomainError) as refused:
        add_use_rule(new=new, actor=viewer(world.users["officer"], date(2026, 4, 20)))
    assert refused.value.code == "persons_not_for_pay"


def test_without_final_grades_there_is_no_list_and_one_span_has_one_list(browser, world, stars, made):
    none = make(browser, world, stars, "2026-06")
    assert none.status_code == 422
    assert "还没有定稿的等次" in none.content.decode()
    again = make(browser, world, stars)
    assert "已经生成" in again.content.decode()


def test_a_later_rule_ends_the_one_before_and_an_earlier_one_is_refused(browser, world, stars, made):
    top = bands(stars)[0]
    assert add_rule(browser, world, stars, top, "1.20", since="2027-01").status_code == 302
    assert "已有规定" in add_rule(browser, world, stars, top, "1.30", since="2026-06").content.decode()
    assert "2026年12月" in browser("officer").get(reverse("appraisal:uses")).content.decode()
