"""The assets: what is copied, when nothing is done, and what a machine without Node and network is told."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings

from linghang.ui import assets
from linghang.ui.icons import ICONS
from linghang.ui.samples import samples

FRONTEND = assets.PROJECT / "frontend"


def make_packages(folder: Path) -> Path:
    """Files in the places where the packages have them."""
    for source in assets.COPIES:
        path = folder / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"content of " + source.encode())
    (folder / "htmx.org/dist/htmx.min.js").write_bytes(b"var htmx={};\n//# sourceMappingURL=htmx.min.js.map\n")
    icons = folder / "@tabler/icons/icons/outline"
    icons.mkdir(parents=True, exist_ok=True)
    for name in ICONS:
        (icons / f"{name}.svg").write_text(
            '<!-- a comment --><svg xmlns="http://www.w3.org/2000/svg" width="24" viewBox="0 0 24 24">'
            '<path stroke="none" d="M0 0h24v24H0z" fill="none"/><path d="M1 1"/></svg>'
        )
    return folder


@pytest.fixture
def built(tmp_path: Path) -> Path:
    out = tmp_path / "site-assets"
    assets._assemble(make_packages(tmp_path / "node_modules"), out)
    assets._write_manifest(out, assets.recipe_hash(FRONTEND))
    return out


def test_source_maps_are_cut_off(built: Path):
    assert (built / "static/vendor/htmx.min.js").read_text() == "var htmx={};\n"


def test_the_sprite_has_each_used_icon_and_no_other(built: Path):
    sprite = (built / "static/vendor/icons.svg").read_text()
    assert sprite.count("<symbol") == len(ICONS)
    assert '<symbol id="printer" viewBox="0 0 24 24"><path d="M1 1" /></symbol>' in sprite


def test_fonts_are_kept_apart_from_what_is_served(built: Path):
    assert sorted(path.suffix for path in (built / "static").rglob("*") if path.is_file()) == [".js", ".svg"]
    assert len(list((built / "fonts").glob("*.ttf"))) == 4


def test_nothing_is_done_while_manifest_and_files_agree(built: Path):
    assert assets.build(built, FRONTEND) is False


@pytest.mark.parametrize("change", ["lock", "file", "missing"])
def test_a_change_of_lock_or_files_is_noticed(built: Path, tmp_path: Path, change: str):
    frontend = tmp_path / "frontend"
    frontend.mkdir()
    lock = (FRONTEND / "package-lock.json").read_text("utf-8")
    (frontend / "package-lock.json").write_text(lock.replace("2.0.11", "2.0.10") if change == "lock" else lock)
    script = built / "static/vendor/htmx.min.js"
    if change == "file":
        script.write_text("altered")
    if change == "missing":
        script.unlink()
    assert not assets.is_current(built, assets.recipe_hash(frontend))


def test_an_icon_that_the_library_does_not_have_is_named(built: Path, tmp_path: Path):
    (tmp_path / "node_modules/@tabler/icons/icons/outline/printer.svg").unlink()
    with pytest.raises(assets.AssetsError, match="printer"):
        assets.sprite(tmp_path / "node_modules/@tabler/icons/icons/outline")


def test_without_node_and_network_one_sentence_says_what_to_do(tmp_path: Path):
    environment = {
        **os.environ,
        "PATH": str(tmp_path),
        "PIP_NO_INDEX": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PYTHONWARNINGS": "",
    }
    done = subprocess.run(
        [sys.executable, "-m", "linghang.ui.assets", "--out", str(tmp_path / "out")],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "这台机器没有 Node" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_lock_file_names_no_registry_and_has_every_integrity():
    lock = json.loads((FRONTEND / "package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not any("resolved" in entry for entry in packages.values())


def test_every_page_finds_its_files_under_hashed_names(built: Path, tmp_path: Path):
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    root = tmp_path / "served"
    root.mkdir()
    with override_settings(STORAGES=storages, STATIC_ROOT=root, STATICFILES_DIRS=[built / "static"]):
        call_command("collectstatic", interactive=False, verbosity=0)
        page = render_to_string("ui/components.html", samples(), request=RequestFactory().get("/_ui/"))
        address = staticfiles_storage.url("ui/layout.css")
        assert address in page
        assert (root / address.removeprefix("/static/")).is_file()
        assert list(root.glob("vendor/icons.*.svg.gz"))
