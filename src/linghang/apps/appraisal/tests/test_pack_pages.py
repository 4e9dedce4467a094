"""Packs by URL: what holds here, the text of a version, a draft from zip to published, tried on a past month, bound."""

import io
import zipfile
from datetime import date
from uuid import UUID

import pytest
from django.urls import reverse

from linghang.apps.appraisal.models.packs import Binding, PackVersion
from linghang.apps.appraisal.packs.zipped import zip_of_texts
from linghang.apps.appraisal.tests.packs_world import NOW, SCHEME, own_version, pack_unit, shipped
from linghang.apps.jobs.models import Job
from linghang.apps.jobs.running import run_job
from linghang.apps.ledger.data import NewFact
from linghang.apps.ledger.operations import record
from linghang.apps.org.data import NewPerson
from linghang.apps.org.operations import add_people
from linghang.engine.packs.texts import load_texts, read_texts
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM

SCHEME_FILE = "schemes/member.yaml"
X_ITEM = """
  - id: patrol
    title: {zh: 帮扶走访, en: Visits}
    clause: 第十四条
    category: x
    facts: contact.visit
    table:
      columns: [得分]
      rows:
        - [每次 0.75]
    month: {cap: 3.00}
"""


@pytest.fixture
def unit(db, settings):
    settings.DEMO_TODAY = NOW.date()
    return pack_unit()


@pytest.fixture
def visit(client, unit):
    """A client in which somebody of the unit is signed in."""

    def enter(who):
        client.force_login(unit.users[who], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


def _page(client, name, *args, **query):
    return client.get(reverse(f"appraisal:{name}", args=args), query)


def _post(client, address, *args, **data):
    return client.post(reverse(f"appraisal:{address}", args=args), data)


def _words(answer) -> str:
    return answer.content.decode()


def _version(**wanted) -> PackVersion:
    with system_scope(reason="test"):
        return PackVersion.objects.get(**wanted)


def _copy(visit, number="1.0.0", source=None, pack="bs-points") -> UUID:
    answer = _post(
        visit("officer"), "pack-copy", source or shipped(), pack=pack, version=number, title="北山积分（虚构）"
    )
    assert answer.status_code == 302, _words(answer)
    return _version(pack=pack, version=number, state="draft").uuid


def _edit(visit, draft, old, new, name=SCHEME_FILE):
    text = _version(uuid=draft).files[name]
    assert old in text
    return _post(visit("officer"), "pack-file", draft, name=name, text=text.replace(old, new, 1))


def _publish(visit, draft, note="第一版"):
    assert _post(visit("officer"), "pack-offer", draft, note=note).status_code == 302
    assert _post(visit("leader"), "pack-publish", draft).status_code == 302


def _bind(visit, unit, version, since, place="parent"):
    said = {"place": unit.places[place].node.uuid, "choice": f"{version}/{SCHEME}", "since": since}
    answer = _post(visit("officer"), "bind", **said)
    assert answer.status_code == 302, _words(answer)
    with system_scope(reason="test"):
        made = Binding.objects.latest("pk")
    assert _post(visit("leader"), "binding-confirm", made.uuid).status_code == 302
    return made.uuid


def test_everybody_reads_which_rules_hold_where_he_stands_and_since_when(unit, visit):
    for who in ("secretary", "member", "officer"):
        assert "这个月没有启用办法" in _words(_page(visit(who), "packs"))
    _bind(visit, unit, shipped(), "2026-02")
    for who in ("secretary", "member", "officer"):
        said = _words(_page(visit(who), "packs"))
        assert "党员积分" in said
        assert "2026年2月" in said
        assert "虚构示例" in said
        assert "这个月没有启用办法" in _words(_page(visit(who), "packs", month="2026-01"))
    assert "2026年2月" not in _words(_page(visit("stranger"), "packs"))


def test_a_binding_needs_somebody_else_and_another_unit_does_not_reach_it(unit, visit):
    said = {"place": unit.places["own"].node.uuid, "choice": f"{shipped()}/{SCHEME}", "since": "2026-04"}
    assert _post(visit("officer"), "bind", **said).status_code == 302
    with system_scope(reason="test"):
        made = Binding.objects.get()
    assert _post(visit("officer"), "binding-confirm", made.uuid).status_code == 403
    assert _post(visit("stranger"), "binding-confirm", made.uuid).status_code == 404
    assert _post(visit("secretary"), "binding-confirm", made.uuid).status_code == 403
    assert _post(visit("second_officer"), "binding-confirm", made.uuid).status_code == 302
    assert _post(visit("officer"), "binding-end", made.uuid, until="2026-06").status_code == 302
    said = _words(_page(visit("officer"), "packs"))
    assert "2026年4月" in said
    assert "2026年6月" in said


def test_the_text_of_a_version_can_be_read_by_all_and_taken_away(unit, visit):
    for who in ("member", "officer", "stranger"):
        said = _words(_page(visit(who), "pack", shipped()))
        for words in ("第十条第一款", "+2.00 分（志愿服务每次得分）", "本项每月最多计 4.00 分", "五星"):
            assert words in said
    word = _page(visit("member"), "pack-word", shipped())
    with zipfile.ZipFile(io.BytesIO(b"".join(word.streaming_content))) as made:
        assert "+2.00 分（志愿服务每次得分）" in made.read("word/document.xml").decode()
    pdf = b"".join(_page(visit("member"), "pack-pdf", shipped()).streaming_content)
    assert pdf.startswith(b"%PDF")


@pytest.mark.row("S5-25")
def test_a_changed_price_stands_in_the_new_text_with_its_version_and_the_old_one_stays_to_be_read(unit, visit):
    """S5-25."""
    first = own_version(unit)
    draft = _copy(visit, "1.1.0", first)
    line = "{from: 2026-01, value: 2.00, source: 示例数字, confidence: invented}"
    assert _edit(visit, draft, line, line.replace("2.00", "2.50"), "parameters.yaml").status_code == 302
    assert _post(visit("officer"), "pack-publish", draft).status_code == 409  # nobody has offered it
    _publish(visit, draft, "志愿服务每次 2.00 改为 2.50")
    new, old = (_words(_page(visit("member"), "pack", version)) for version in (draft, first))
    assert "+2.50 分（志愿服务每次得分）" in new
    assert "bs-points 1.1.0" in new
    assert "志愿服务每次 2.00 改为 2.50" in new  # the changelog
    assert "+2.00 分（志愿服务每次得分）" in old
    words = b"".join(_page(visit("member"), "pack-word", first).streaming_content)
    with zipfile.ZipFile(io.BytesIO(words)) as made:
        said = made.read("word/document.xml").decode()
    assert "+2.00 分（志愿服务每次得分）" in said
    assert "1.0.0" in said
    assert _edit(visit, draft, line.replace("2.00", "2.50"), line, "parameters.yaml").status_code == 409


def _people(unit):
    since, branch = date(2020, 1, 1), unit.places["branch"].uuid
    names = ("孙一", "周二", "吴三")
    rows = [NewPerson(name, since, branch=branch, standing="full_member", standing_from=since) for name in names]
    with system_scope(reason="test"):
        found = dict(zip(names, add_people(rows=rows, actor=SYSTEM, now=NOW).people, strict=True))
    with unit.scope("officer"):
        items = [NewFact("contact.visit", found["周二"], date(2026, 2, n)) for n in (3, 4)]
        items += [NewFact("contact.visit", found["吴三"], date(2026, 2, n)) for n in range(3, 9)]
        record(items=items, actor=unit.viewer("officer"), now=NOW)
    return found


@pytest.mark.row("S3-24")
def test_an_x_item_is_tried_on_a_past_month_and_holds_only_from_its_month_on(unit, visit):
    """S3-24."""
    _people(unit)
    first = own_version(unit)
    _bind(visit, unit, first, "2026-01")
    draft = _copy(visit, "1.1.0", first)
    assert _edit(visit, draft, "\ngrades:\n", f"{X_ITEM}\ngrades:\n").status_code == 302
    said = {
        "scheme": SCHEME, "against": first, "place": unit.places["parent"].node.uuid, "month": "2026-02",
    }  # fmt: skip
    assert _post(visit("secretary"), "pack-simulate", draft, **said).status_code == 403
    assert _post(visit("officer"), "pack-simulate", draft, **said | {"month": "2026-03"}).status_code == 422
    answer = _post(visit("officer"), "pack-simulate", draft, **said)
    assert answer.status_code == 302, _words(answer)
    job = Job.objects.get()
    run_job(uuid=job.uuid, clock=lambda: NOW)
    shown = _words(visit("officer").get(answer.url))
    assert "2 人有变化，1 人不变" in shown
    assert "帮扶走访 +1.50" in shown
    assert "帮扶走访 +3.00" in shown  # six visits, and no more than the cap
    assert shown.index("吴三") < shown.index("周二")
    assert "孙一" not in shown
    assert visit("second_officer").get(answer.url).status_code == 404  # another person's job
    _publish(visit, draft, "增加帮扶走访")
    assert "帮扶走访" not in _words(_page(visit("member"), "pack", first))
    _bind(visit, unit, draft, "2026-04")
    assert "1.0.0" in _words(_page(visit("member"), "packs", month="2026-03"))
    april = _words(_page(visit("member"), "packs", month="2026-04"))
    assert april.index("1.1.0") < april.index("方案包和版本")


def test_a_zip_becomes_a_draft_and_everything_that_is_wrong_in_it_is_told(unit, visit, settings):
    texts = read_texts(settings.PACKS_DIR / "example-4x-points")
    texts["schemes/member.yaml"] = texts["schemes/member.yaml"].replace("category: study\n", "category: nowhere\n")
    texts["pack.yaml"] = texts["pack.yaml"].replace("example-4x-points", "bs-points", 1)
    file = io.BytesIO(zip_of_texts(texts, folder="bs"))
    file.name = "bs.zip"
    answer = visit("officer").post(reverse("appraisal:pack-import"), {"file": file}, follow=True)
    assert "schemes/member.yaml:" in _words(answer)
    draft = _version(pack="bs-points")
    assert _post(visit("officer"), "pack-offer", draft.uuid, note="x").status_code == 422
    assert _page(visit("secretary"), "pack", draft.uuid).status_code == 404
    taken = b"".join(_page(visit("officer"), "pack-zip", draft.uuid).streaming_content)
    with zipfile.ZipFile(io.BytesIO(taken)) as made:
        assert "bs-points/schemes/member.yaml" in made.namelist()


def _zip(**entries) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name.replace("__", "/"), data)
    made.seek(0)
    made.name = "x.zip"
    return made


PACK = "pack: x\nversion: 1.0.0\ntitle: {zh: 甲}\ncontent: invented\n"
HOSTILE = [
    (lambda: _zip(**{"pack.yaml": PACK, "../up.yaml": "x"}), "file-name"),
    (lambda: _zip(**{"pack.yaml": PACK, "x.py": "x"}), "file-name"),
    (lambda: _zip(**{"pack.yaml": PACK, "big.md": "x" * 5_000_000}), "file-too-large"),
    (lambda: _zip(**{"pack.yaml": PACK, **{f"n{n}.md": "x" for n in range(500)}}), "too-many-files"),
    (lambda: _zip(**{"pack.yaml": b"\xff\xfe\x00"}), "encoding"),
    (lambda: _zip(**{"other.md": "x"}), "file-missing"),
    (lambda: _zip(**{"pack.yaml": "pack: [a"}), "missing-key"),
    (lambda: _named(io.BytesIO(b"PK\x03\x04 nothing")), "bad-zip"),
]


def _named(file):
    file.name = "x.zip"
    return file


@pytest.mark.parametrize(("made", "code"), HOSTILE, ids=[code for _, code in HOSTILE])
def test_hostile_zips_are_refused_in_words(unit, visit, made, code):
    answer = visit("officer").post(reverse("appraisal:pack-import"), {"file": made()})
    assert answer.status_code == 422
    assert code in {problem.code for problem in answer.context["problems"]}
    with system_scope(reason="test"):
        assert not PackVersion.objects.exclude(owner=None).exists()


def test_what_came_with_the_product_is_nobodys_to_change(unit, visit):
    for name in ("pack-offer", "pack-return", "pack-publish", "pack-withdraw", "pack-remove"):
        assert _post(visit("officer"), name, shipped(), note="x").status_code in (403, 409)


def test_the_folder_that_is_taken_away_is_the_pack(unit, visit, settings):
    version = own_version(unit)
    taken = b"".join(_page(visit("officer"), "pack-zip", version).streaming_content)
    with zipfile.ZipFile(io.BytesIO(taken)) as made:
        texts = {name.split("/", 1)[1]: made.read(name).decode() for name in made.namelist()}
    pack, problems = load_texts(texts, library={"national": read_texts(settings.PACKS_DIR / "national")})
    assert pack is not None, list(problems)
    assert pack.content_hash == _version(uuid=version).content_hash
