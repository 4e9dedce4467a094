"""A new version of the product brings a new version of a pack: what is in force stays until two people change it."""

import shutil
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings as product
from django.test import Client
from django.urls import reverse

from linghang.apps.appraisal.models.packs import Binding, PackVersion
from linghang.apps.appraisal.operations.packs import install_shipped
from linghang.apps.appraisal.queries.packs import binding_in_force, pack_of
from linghang.apps.appraisal.tests.packs_world import EXAMPLE, NOW, SCHEME, pack_unit, shipped
from linghang.engine.packs.load import lock_pack
from linghang.engine.periods import Month
from linghang.ui.web.scope import system_scope

MARCH, APRIL = Month(2026, 3), Month(2026, 4)


@pytest.fixture
def unit(db, settings):
    settings.DEMO_TODAY = NOW.date()
    return pack_unit()


@pytest.fixture
def visit(unit):
    def enter(who: str) -> Client:
        client = Client()
        client.force_login(unit.users[who], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


@pytest.fixture
def upgrade(tmp_path, settings):
    """The product's packs as a later version of the product brings them: one limit is lower, and national is newer."""
    folder = Path(shutil.copytree(product.PACKS_DIR, tmp_path / "packs"))
    for pack in ("national", EXAMPLE):
        path = folder / pack / "pack.yaml"
        path.write_text(path.read_text("utf-8").replace("version: 1.1.0", "version: 1.2.0"), "utf-8")
    scheme = folder / EXAMPLE / "schemes/member.yaml"
    scheme.write_text(scheme.read_text("utf-8").replace("month: {cap: 4.00}", "month: {cap: 3.00}", 1), "utf-8")
    for user in folder.glob("example-*"):
        lock_pack(user)

    def start() -> tuple[str, ...]:
        settings.PACKS_DIR = folder
        return install_shipped(now=NOW)

    return start


def page(client: Client, name: str, *args: object, **query: str) -> str:
    return client.get(reverse(f"appraisal:{name}", args=args), query).content.decode()


def number_in_force(unit, month: Month) -> str:
    with unit.scope("officer"):
        held = binding_in_force(unit.places["branch"].node.uuid, scheme=SCHEME, month=month)
    assert held is not None
    return held.number


def version(number: str) -> UUID:
    with system_scope(reason="test"):
        return PackVersion.objects.get(owner=None, pack=EXAMPLE, version=number).uuid


def test_an_upgrade_changes_nothing_until_two_people_put_the_new_version_in_force(unit, visit, upgrade):
    before = shipped()
    unit.bind("parent", Month(2026, 1))
    assert "有新版" not in page(visit("officer"), "packs")
    assert f"{EXAMPLE} 1.2.0" in upgrade()
    assert number_in_force(unit, MARCH) == number_in_force(unit, APRIL) == "1.1.0"
    assert pack_of(before).schemes[SCHEME].items[0].limits != pack_of(version("1.2.0")).schemes[SCHEME].items[0].limits
    assert "有新版 1.2.0" in page(visit("officer"), "packs")
    assert "有新版" not in page(visit("member"), "packs")
    new = page(visit("officer"), "pack", version("1.2.0"))
    assert "与 1.1.0 版相比" in new
    assert "<del>" in new
    choice = {"place": unit.places["parent"].node.uuid, "choice": f"{version('1.2.0')}/{SCHEME}", "since": "2026-04"}
    assert visit("officer").post(reverse("appraisal:bind"), choice).status_code == 302
    assert "有新版" not in page(visit("officer"), "packs")  # somebody has proposed it: now another one is asked
    assert number_in_force(unit, APRIL) == "1.1.0"
    with system_scope(reason="test"):
        made = Binding.objects.latest("pk").uuid
    assert visit("officer").post(reverse("appraisal:binding-confirm", args=[made])).status_code == 403
    assert visit("leader").post(reverse("appraisal:binding-confirm", args=[made])).status_code == 302
    assert (number_in_force(unit, MARCH), number_in_force(unit, APRIL)) == ("1.1.0", "1.2.0")
    assert "本项每月最多计 4.00 分" in page(visit("member"), "pack", before)


def test_a_second_start_brings_nothing_and_the_old_text_can_still_be_read_with_what_it_used(unit, upgrade):
    before = shipped()
    held = pack_of(before).locked
    upgrade()
    assert upgrade() == ()
    pack_of.cache_clear()
    assert pack_of(before).locked == held
    assert pack_of(before).label.startswith(f"{EXAMPLE} 1.1.0")


def test_a_pack_that_says_something_else_under_a_number_that_is_held_changes_nothing(unit, upgrade, tmp_path):
    upgrade()
    scheme = tmp_path / "packs" / EXAMPLE / "schemes/member.yaml"
    scheme.write_text(scheme.read_text("utf-8").replace("month: {cap: 3.00}", "month: {cap: 2.00}", 1), "utf-8")
    held = pack_of(version("1.2.0")).content_hash
    assert upgrade() == ()
    pack_of.cache_clear()
    assert pack_of(version("1.2.0")).content_hash == held
