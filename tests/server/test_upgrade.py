"""What an earlier version wrote is there after the upgrade to this one."""

import subprocess
from pathlib import Path

import pytest

RELEASES = Path(__file__).with_name("releases")
ROWS = {
    "0.1.0.tar": {
        "org_organisation": 7,
        "org_naming": 8,
        "org_placement": 8,
        "org_person": 12,
        "access_user": 8,
        "access_rolegrant": 8,
    },
}


def test_every_kept_backup_is_tried():
    assert set(ROWS) == {file.name for file in RELEASES.glob("*.tar")}


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_backup_of_an_earlier_version_is_restored_upgraded_and_served(name, installation):
    program, data = installation.command()[0], installation.data
    restore = [program, "restore", str(RELEASES / name), "--data", str(data), "--without-keys"]
    done = subprocess.run(restore, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    installation.start()
    assert installation.serves()
    with installation.connect() as app:
        found = {table: app.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ROWS[name]}
        renamed = app.execute(
            "SELECT n.name FROM org_naming n JOIN org_organisation o ON o.id = n.organisation_id"
            " WHERE o.code = 'QY12' ORDER BY n.valid_from"
        ).fetchall()
    assert found == ROWS[name]
    assert [row[0] for row in renamed] == ["机电队党支部", "机电运输队党支部"]
    assert installation.stop() == 0
