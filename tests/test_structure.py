"""What import-linter does not see: foreign keys, migrations, templates and addresses keep to the floors, too.

The floors are read from the contract in `pyproject.toml`, so that there is one place that says them.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.db.migrations.loader import MigrationLoader

from linghang.apps.access.models import ScopeNode, User
from linghang.ui.web.scope import ScopedManager

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "linghang"
FUNCTION_LINES, FILE_LINES = 60, 500
TEMPLATE_WORDS = re.compile(r"{%\s*(?:extends|include)\s+[\"']([^\"']+)")
TEMPLATE_URLS = re.compile(r"{%\s*url\s+[\"']([a-z_]+):")
INLINE = re.compile(
    r"<style\b|<script(?![^>]*\bsrc=)|<[^>]*\sstyle\s*=|<[^>]*\son[a-z]+\s*=|(?:href|src|action)\s*=\s*[\"']\s*javascript:",
    re.IGNORECASE,
)


# --- floors ---------------------------------------------------------------------------------------------------------


@cache
def floors() -> dict[str, int]:
    """The height of each room by its short name: the higher may use the lower, equals may not use each other."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(contract for contract in contracts if contract["name"].startswith("Floors"))["layers"]
    return {
        room.strip(" ()").rpartition(".")[2]: height
        for height, layer in enumerate(reversed(layers))
        for room in layer.split("|")
    }


def may_use(user: str, used: str) -> bool:
    """Whether a room may lean on another; rooms of other people (Django and the like) are below everything."""
    heights = floors()
    return user == used or used not in heights or heights[user] > heights[used]


def rooms() -> list[str]:
    return [config.label for config in apps.get_app_configs() if config.name.startswith("linghang.")]


def test_the_contract_names_every_installed_room():
    assert set(rooms()) <= set(floors())


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("linghang.")]


def own_keys() -> Iterator[tuple[type[models.Model], models.ForeignKey]]:
    for model in our_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey):
                yield model, field


def test_foreign_keys_point_to_the_same_room_or_down():
    wrong = [
        f"{model.__name__}.{key.name} → {key.related_model._meta.label}"
        for model, key in own_keys()
        if not may_use(model._meta.app_label, key.related_model._meta.app_label) and key.related_model is not User
    ]  # AUTH_USER_MODEL is the one table that Django itself makes neutral ground: siblings of `access` may name it
    assert wrong == []


def test_a_foreign_key_into_another_room_leaves_no_way_back_and_protects_what_it_names():
    wrong = []
    for model, key in own_keys():
        other = key.related_model._meta.app_label
        if other == model._meta.app_label or other not in floors() or model.__name__.endswith("Event"):
            continue  # history tables are made by pghistory: no constraint, by design
        if not key.remote_field.hidden or key.remote_field.on_delete is not models.PROTECT:
            wrong.append(f"{model.__name__}.{key.name}: related_name='+', on_delete=PROTECT")
    assert wrong == []


def test_migrations_depend_on_the_same_room_or_down():
    loader = MigrationLoader(None)
    wrong = []
    for (room, name), migration in loader.disk_migrations.items():
        for needed, _which in migration.dependencies if room in rooms() else ():
            if not may_use(room, needed) and (needed, _which) != ("access", "__first__"):
                wrong.append(f"{room}.{name} → {needed}")
    assert wrong == []


def test_every_migration_has_a_name_that_a_person_gave():
    named = re.compile(r"^\d{4}_(?!auto_|alter_|initial$)[a-z0-9_]+$")
    loader = MigrationLoader(None)
    assert [key for key in loader.disk_migrations if key[0] in rooms() and not named.match(key[1])] == []


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", *rooms(), check=True, dry_run=True, verbosity=0)


def test_rows_that_hang_on_a_place_in_the_tree_are_scoped():
    """A model with a foreign key to a place shows nothing without a scope; accounts do through `User.scoped`."""
    wrong = [
        model.__name__
        for model, key in own_keys()
        if key.related_model is ScopeNode
        and not model.__name__.endswith("Event")
        and not isinstance(model._meta.default_manager, ScopedManager)
    ]
    assert set(wrong) == {"User"}
    assert isinstance(User.scoped, ScopedManager)


# --- templates and addresses ------------------------------------------------------------------------------------------


def templates() -> list[Path]:
    return sorted(SOURCE.rglob("templates/**/*.html"))


def room_of(path: Path) -> str:
    parts = path.relative_to(SOURCE).parts
    return parts[1] if parts[0] == "apps" else parts[0]


def test_a_template_leans_on_templates_of_its_own_room_or_of_lower_ones():
    wrong = [
        f"{path.relative_to(SOURCE)} → {name}"
        for path in templates()
        for name in TEMPLATE_WORDS.findall(path.read_text("utf-8"))
        if not may_use(room_of(path), name.split("/")[0])
    ]
    assert wrong == []


def test_a_template_links_to_its_own_room_or_to_lower_ones():
    wrong = [
        f"{path.relative_to(SOURCE)} → {room}"
        for path in templates()
        for room in TEMPLATE_URLS.findall(path.read_text("utf-8"))
        if not may_use(room_of(path), room)
    ]
    assert wrong == []


def test_code_names_addresses_of_its_own_room_or_of_lower_ones():
    address = re.compile(rf"^({'|'.join(floors())}):[a-z][a-z-]*$")
    wrong = []
    for path in modules():
        if room_of(path) not in rooms():
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found = address.match(node.value)
                if found and not may_use(room_of(path), found.group(1)):
                    wrong.append(f"{path.relative_to(SOURCE)}:{node.lineno} → {node.value}")
    assert wrong == []


def test_every_template_stands_in_the_folder_of_its_room():
    below = {path: path.parts[path.parts.index("templates") + 1 :] for path in templates()}
    wrong = [str(path) for path, parts in below.items() if parts[0] != room_of(path)]
    assert [path for path in wrong if not re.search(r"/templates/(400|403|404|500|403_csrf)\.html$", path)] == []


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_template_holds_script_or_style_of_its_own(path):
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert INLINE.findall(text) == []


def test_django_admin_is_not_installed():
    assert not [name for name in settings.INSTALLED_APPS if "admin" in name]


# --- the shape of the code ------------------------------------------------------------------------------------------


@cache
def modules() -> tuple[Path, ...]:
    """Code of the product, without tests and migrations."""
    return tuple(
        path
        for path in sorted(SOURCE.rglob("*.py"))
        if "migrations" not in path.parts and "tests" not in path.parts and path.name != "conftest.py"
    )


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_file_passes_five_hundred_lines():
    everything = [*SOURCE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in everything}
    assert {name: length for name, length in lengths.items() if length > FILE_LINES} == {}


def test_no_function_passes_sixty_lines():
    wrong = {
        f"{path.relative_to(SOURCE)}:{function.name}": lines
        for path in modules()
        for function in functions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES
    }
    assert wrong == {}


def test_functions_are_short(capsys):
    """Median about 8 lines, nine of ten below 30."""
    lengths = sorted(
        (function.end_lineno or 0) - function.lineno + 1 for path in modules() for function in functions(path)
    )
    median, p90 = lengths[len(lengths) // 2], lengths[len(lengths) * 9 // 10]
    with capsys.disabled():
        print(f" [{len(lengths)} functions: median {median}, p90 {p90}, longest {lengths[-1]} lines]", end="")
    assert median <= 10
    assert p90 <= 30


def test_every_function_says_what_it_takes_and_gives():
    wrong = []
    for path in modules():
        for function in functions(path):
            arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            bare = [one.arg for one in arguments if one.annotation is None and one.arg not in ("self", "cls")]
            if function.returns is None or bare:
                wrong.append(f"{path.relative_to(SOURCE)}:{function.lineno} {function.name}")
    assert wrong == []


CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("timezone", "now"),
    ("timezone", "localdate"),
}


def test_pages_and_operations_read_the_one_clock_only():
    """`now` enters at views, tasks and the command line from `ui.web.clock`; the engine knows no clock at all."""
    wrong = []
    for path in modules():
        if room_of(path) not in {*rooms(), "engine"} or path == SOURCE / "ui" / "web" / "clock.py":
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
                if (name, node.func.attr) in CLOCKS:
                    wrong.append(f"{path.relative_to(SOURCE)}:{node.lineno}")
    assert wrong == []


def inside(kind: str) -> list[Path]:
    """Modules of one kind in every app: `operations.py`, or all of a folder of that name."""
    return [path for path in modules() if "apps" in path.parts and (path.stem == kind or kind in path.parts)]


@pytest.mark.parametrize("kind", ["operations", "queries", "policies", "models", "data"])
def test_reads_writes_and_rules_know_no_request(kind):
    wrong = []
    for path in inside(kind):
        for node in ast.walk(tree_of(path)):
            named = isinstance(node, ast.ImportFrom) and (node.module or "")
            if named and (named.startswith(("django.http", "django.shortcuts")) or named == "linghang.ui.web.request"):
                wrong.append(f"{path.relative_to(SOURCE)}:{node.lineno} imports {named}")
            if isinstance(node, ast.arg) and node.arg == "request":
                wrong.append(f"{path.relative_to(SOURCE)}:{node.lineno} takes a request")
    assert wrong == []


def test_operations_do_not_read_the_clock():
    wrong = []
    for path in inside("operations"):
        for node in tree_of(path).body:
            if isinstance(node, ast.ImportFrom) and node.module == "linghang.ui.web.clock":
                names = {alias.name for alias in node.names} - {"day_of", "SHANGHAI"}
                wrong += [f"{path.relative_to(SOURCE)} imports {name}" for name in sorted(names)]
    assert wrong == []


def test_nothing_counts_readings_per_person():
    """No aggregate per user exists: the read log answers single questions and is never a record of attendance."""
    words = {"annotate", "aggregate", "Count", "values_list", "distinct", "raw", "cursor"}
    wrong = []
    for path in modules():
        if room_of(path) == "audit":
            for node in ast.walk(tree_of(path)):
                name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
                if name in words:
                    wrong.append(f"{path.relative_to(SOURCE)}:{node.lineno} {name}")
    assert wrong == []


def test_heights_are_strict():
    heights = sorted(set(floors().values()))
    assert all(lower + 1 == higher for lower, higher in pairwise(heights))
    assert may_use("portal", "org")
    assert not may_use("org", "portal")
    assert not may_use("audit", "access")
