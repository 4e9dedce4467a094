"""LibreOffice of this machine, with a profile of its own for each file that it converts."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


def converted(source: Path, kind: str = "xlsx", *, as_it_comes: bool = False) -> Path:
    """The file as LibreOffice writes it in a folder beside it, every formula computed anew whatever value it holds.

    `as_it_comes`: with the settings that people have, by which a formula that holds a value keeps it.
    """
    if not shutil.which("soffice"):
        pytest.skip("NOT RUN: no LibreOffice on this machine (Debian: apt-get install libreoffice-calc)")
    target = source.parent / "converted"
    with tempfile.TemporaryDirectory() as profile:
        settings = Path(profile) / "user" / "registrymodifications.xcu"
        settings.parent.mkdir()
        if not as_it_comes:
            settings.write_text(ALWAYS)
        command = ["soffice", f"-env:UserInstallation=file://{profile}", "--convert-to", kind, "--outdir", str(target)]
        subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=300)
    return target / f"{source.stem}.{kind}"
