"""A cluster of its own, with safe writes, kept in a folder so that the seeded records serve many runs."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linghang.server.folder import DataFolder, ensure_keys, write_private
from linghang.server.postgres import Cluster, create_cluster
from linghang.server.roles import app_url, ensure_database, ensure_roles, owner_url


@contextmanager
def running(path: Path) -> Iterator[Cluster]:
    """The cluster of a bench folder, migrated, with this process' Django pointed at it as the app role."""
    folder = DataFolder(path.absolute())
    folder.ensure()
    ensure_keys(folder.path / "keys", folder.path / "keys" / "data-keys.json")
    passwords = folder.passwords()
    cluster = create_cluster(folder.database, superuser_password=passwords.superuser)
    cluster.start()
    try:
        ensure_roles(cluster, passwords)
        ensure_database(cluster)
        write_private(folder.database_url, app_url(cluster, passwords))
        os.environ["LINGHANG_DATA_DIR"] = str(folder.path)
        os.environ["DJANGO_SETTINGS_MODULE"] = "linghang.config.settings"
        environment = os.environ | {"LINGHANG_DATABASE_OWNER_URL": owner_url(cluster, passwords)}
        subprocess.run([sys.executable, "-m", "linghang.server.prepare"], env=environment, check=True)
        import django

        django.setup()
        yield cluster
    finally:
        cluster.stop()


def noted(path: Path) -> dict[str, int]:
    """What the folder says was seeded."""
    file = path / "seeded.json"
    return json.loads(file.read_text()) if file.exists() else {}


def note(path: Path, **seeded: int) -> None:
    (path / "seeded.json").write_text(json.dumps(noted(path) | seeded))
