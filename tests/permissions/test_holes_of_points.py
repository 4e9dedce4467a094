"""What other systems did wrong with points and with the numbers of people, each shown to be absent here."""

import ast
import re
from pathlib import Path

import yaml
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "linghang"


def test_points_are_whole_numbers_in_every_table():
    """lzj: scores were texts of sixty characters, cast to floating point in the statement."""
    points = re.compile(r"(?:^|_)(?:points|total|score|priced|counted|change|threshold)$")
    fields = [
        (f"{model.__name__}.{field.name}", field)
        for model in apps.get_app_config("appraisal").get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.Field)
    ]
    found = [(name, field) for name, field in fields if points.search(name.rpartition(".")[2])]
    assert len(found) > 3
    assert [name for name, field in found if not isinstance(field, models.IntegerField | models.JSONField)] == []
    assert [name for name, field in fields if isinstance(field, models.FloatField)] == []


SCORING = (SOURCE / "engine", SOURCE / "apps" / "appraisal" / "months", SOURCE / "apps" / "appraisal" / "explaining")


def test_what_a_record_is_worth_is_written_in_packs_and_never_in_the_code_that_scores():
    """lzj: weights, shares and the number of villages in the code; LuckyBlue0: a switch over kinds, four times."""
    named = {
        kind["id"]
        for pack in (ROOT / "packs").iterdir()
        for file in pack.glob("facts.yaml")
        for kind in yaml.safe_load(file.read_text("utf-8")).get("kinds", ())
    }
    assert "life.attendance" in named
    files = [path for folder in SCORING for path in folder.rglob("*.py") if "tests" not in path.parts]
    assert len(files) > 30
    wrong = [
        f"{path.relative_to(SOURCE)}:{node.lineno} {node.value}"
        for path in files
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in named
    ]
    assert wrong == []


def test_no_rank_is_found_by_counting_anew_for_every_row():
    """LuckyBlue0: the place in a ranking was a count of all others, asked again for each person."""
    folders = (SOURCE / "apps" / "appraisal", SOURCE / "apps" / "portal", SOURCE / "engine")
    counting = re.compile(r"\(\s*select\s+count\([^)]*\)[^)]*\bwhere\b[^)]*[<>]", re.IGNORECASE)
    ahead = re.compile(r"__[gl]te?\s*=\s*[^,]*OuterRef")  # those who stand before or behind this row
    wrong = []
    for path in (path for folder in folders for path in folder.rglob("*.py") if "tests" not in path.parts):
        text = path.read_text("utf-8")
        if ahead.search(text) or counting.search(text):
            wrong.append(str(path.relative_to(SOURCE)))
    assert wrong == []


def test_sealed_numbers_are_opened_only_to_be_masked_or_for_a_reason_that_is_logged():
    """scmt1: beside the encrypted column an address that gave it without."""
    opened = {
        (str(path.relative_to(SOURCE / "apps")), node.lineno)
        for path in SOURCE.rglob("*.py")
        if "apps" in path.parts and "tests" not in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "open"
        and not node.args
        and not node.keywords
        and "path" not in ast.unparse(node.func.value).lower()
    }
    assert {path for path, _line in opened} == {
        "access/operations/second_factor.py",  # the secret of somebody's own phone
        "notify/smtp.py",  # a connection, no number
        "org/operations/people.py",  # for a stated reason, into the read log
        "org/queries/people.py",  # to be masked
    }
