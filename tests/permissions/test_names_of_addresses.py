"""A name of an address that does not exist opens nothing and says nothing: every name in the code is one that does."""

import re
from pathlib import Path

from linghang.ui.web.routes import rule_for

SOURCE = Path(__file__).resolve().parents[2] / "src" / "linghang" / "apps"
ROOMS = "|".join(sorted(folder.name for folder in SOURCE.iterdir() if (folder / "urls.py").exists()))
NAMED = re.compile(rf"""["']((?:{ROOMS}|appraisal|org):[a-z][a-z-]*)["']""")
NO_ADDRESS = {"appraisal:home"}


def test_every_name_of_an_address_in_the_code_has_its_rule():
    files = [file for file in SOURCE.rglob("*.py") if "tests" not in file.parts]
    named = {name for file in [*files, *SOURCE.rglob("*.html")] for name in NAMED.findall(file.read_text("utf-8"))}
    assert len(named) > 200
    assert sorted(name for name in named - NO_ADDRESS if rule_for(name) is None) == []
