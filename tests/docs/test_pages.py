"""Documents hold together: links lead somewhere, commands parse, pictures exist, and nothing names a foreign place."""

import importlib
import re
from argparse import ArgumentParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from linghang.cli import COMMANDS
from tests.docs.pages import DOCS, ROOT, anchors, commands, links, pages, prose

MOST_IMAGE_BYTES = 300_000
INDEX = DOCS / "README.md"
# put together here, so that this file does not hold the words that it looks for
FOREIGN = [
    "/" + "work/",
    "/" + "home/",
    "~/" + ".",
    "pypi." + "org",
    "npm" + "js",
    "python" + "hosted",
    "deb." + "debian",
]
PAGES = [pytest.param(page, id=str(page.relative_to(ROOT))) for page in pages()]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file_and_its_heading(page: Path) -> None:
    broken = []
    for _, target in links(page):
        path, _, fragment = unquote(target).partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (fragment and fragment not in anchors(file)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", PAGES)
def test_pictures_are_png_and_small(page: Path) -> None:
    files = [page.parent / target for image, target in links(page) if image]
    assert [f.name for f in files if f.suffix != ".png" or f.stat().st_size >= MOST_IMAGE_BYTES] == []


@pytest.mark.parametrize("page", PAGES)
def test_commands_are_understood(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for line, words in commands(page):
        program, *rest = words
        if program == "make":
            assert rest[0] in targets, f"{page.name}:{line}: {words}"
        else:
            parse(rest)


def parse(words: list[str]) -> None:
    """Let the command's own parser read the words; it exits at a mistake."""
    name, *rest = words
    module, _ = COMMANDS[name]
    parser = ArgumentParser(prog=f"linghang {name}", exit_on_error=False)
    importlib.import_module(f"linghang.cli.{module}").add_arguments(parser, name)
    parser.parse_args(rest)


@pytest.mark.parametrize("words", [["settle", "--nowhere"], ["nothing"], ["check"]])
def test_a_command_that_does_not_exist_would_be_noticed(words: list[str]) -> None:
    with pytest.raises((SystemExit, KeyError)):
        parse(words)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_names_a_machine_or_a_registry(page: Path) -> None:
    text = page.read_text("utf-8")
    assert [word for word in FOREIGN if word in text] == []


def test_every_page_can_be_reached_from_the_index() -> None:
    linked = {(INDEX.parent / unquote(target).partition("#")[0]).resolve() for _, target in links(INDEX)}
    for page in list(linked):
        if page.name == "README.md" and page != INDEX:
            linked |= {(page.parent / unquote(t).partition("#")[0]).resolve() for _, t in links(page)}
    assert [str(p.relative_to(DOCS)) for p in DOCS.rglob("*.md") if p != INDEX and p.resolve() not in linked] == []


@pytest.mark.parametrize("page", PAGES)
def test_sentences_stay_short(page: Path) -> None:
    """No line of running text grows past 200 characters; tables may."""
    lines = [line for line in prose(page).splitlines() if not line.startswith("|")]
    assert [line for line in lines if len(line) > 200] == []
