"""The page on the command line names every command with exactly its options."""

import argparse
import importlib

from linghang.cli import COMMANDS
from tests.docs.pages import DOCS, sections, table_rows

PAGE = DOCS / "reference" / "command-line.md"


def options(parser: argparse.ArgumentParser, name: str) -> dict[str, set[str]]:
    """Command → its options, with " *" on those that must be given; sub-commands by their whole name."""
    found: dict[str, set[str]] = {}
    own: set[str] = set()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, inner in action.choices.items():
                found |= options(inner, f"{name} {word}")
        elif not isinstance(action, argparse._HelpAction):
            shown = f"`{action.option_strings[-1]}`" if action.option_strings else "positional"
            own.add(f"{shown} *" if action.required else shown)
    return found or {name: own}


def known() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, (module, _) in COMMANDS.items():
        parser = argparse.ArgumentParser()
        importlib.import_module(f"linghang.cli.{module}").add_arguments(parser, name)
        found |= options(parser, name)
    return found


def written() -> dict[str, set[str]]:
    found = {}
    for title, text in [*sections(PAGE, "## ").items(), *sections(PAGE, "### ").items()]:
        first = [row[0] for row in table_rows(text.split("\n### ")[0])]
        if first:
            found[title] = {word if word.startswith("`") else _positional(word) for word in first}
    return found


def _positional(word: str) -> str:
    return "positional *" if word.endswith("*") else "positional"


def test_every_command_and_option_stands_on_the_page_and_no_other() -> None:
    assert written() == known()
