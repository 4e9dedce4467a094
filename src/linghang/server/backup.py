"""Backup, restore and verify of one installation. The keys stay outside; without them a restore is refused."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from linghang.config.options import INI, Options, load_options
from linghang.server.archive import DUMP, FOLDERS, Manifest, check_archive, extract_archive, new_archive
from linghang.server.binaries import find_binaries
from linghang.server.folder import VARIABLE, DataFolder, ensure_keys
from linghang.server.lock import FolderLock
from linghang.server.postgres import Cluster, create_cluster
from linghang.server.problems import Refused
from linghang.server.roles import APP, ensure_database, ensure_roles, owner_url
from linghang.ui.web.keyfile import KeysUnusableError, read_keys

KEYS_FILE = "data-keys.json"
# open sessions and wrong tries: whoever finds a backup must not become somebody who is signed in, nor read who was
PASSING = frozenset({"django_session", "axes_accessattempt"})


def back_up(folder: DataFolder, target: Path, *, now: datetime) -> Manifest:
    """Write one file with the database and the uploaded files; works while the installation runs.

    The database is dumped first: files are written before the rows that name them, so every row finds its file.
    """
    if target.exists():
        raise Refused(f"{target} 已经存在，不会覆盖；请换一个文件名。")
    if not target.absolute().parent.is_dir():
        raise Refused(f"目录 {target.absolute().parent} 不存在，请先建立。")
    options = options_of(folder)
    with (
        database_of(folder, options) as owner,
        tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".backup-") as scratch,
    ):
        manifest = _empty_manifest(options, now=now)
        dump = Path(scratch) / DUMP
        _dump(owner, dump, manifest)
        with new_archive(target, manifest) as archive:
            archive.add(dump, DUMP)
            for file in _files(folder.path):
                archive.add(file, file.relative_to(folder.path).as_posix())
    return manifest


def restore(source: Path, folder: DataFolder, *, keys: Path | None, without_keys: bool = False) -> Manifest:
    """Make a new installation from a backup; the folder must be empty, and the keys must be those of the backup."""
    if folder.path.exists() and any(folder.path.iterdir()):
        raise Refused(f"目录 {folder.path} 不是空的，不会覆盖；请用 --data 指定一个新目录。")
    manifest = check_archive(source)
    if not without_keys:
        _require_keys(manifest, keys)
    folder.ensure()
    extract_archive(source, folder.path)
    dump = folder.path / DUMP
    try:
        _restore_database(folder, dump, manifest)
    finally:
        dump.unlink()
    if keys and not without_keys:
        shutil.copytree(keys, folder.path / "keys", copy_function=_copy_private)
        (folder.path / "keys").chmod(0o700)
    ensure_keys(folder.path / "keys", folder.path / "keys" / KEYS_FILE)
    return manifest


def verify(source: Path, *, deep: bool = False) -> Manifest:
    """Check every hash and that the dump can be read; `deep` restores it into a throw-away database and counts."""
    manifest = check_archive(source)
    with tempfile.TemporaryDirectory(prefix="linghang-verify-") as scratch:
        os.chmod(scratch, 0o711)  # noqa: S103  the database user of root must pass through; nothing is listed
        if deep:
            restore(source, DataFolder(Path(scratch) / "var"), keys=None, without_keys=True)
        else:
            extract_archive(source, Path(scratch) / "var")
            _run_program("pg_restore", "--list", str(Path(scratch) / "var" / DUMP))
    return manifest


def options_of(folder: DataFolder) -> Options:
    """What the operator chose for this installation."""
    return load_options(os.environ | {VARIABLE: str(folder.path)}, kept=False)


@contextmanager
def database_of(folder: DataFolder, options: Options) -> Iterator[str]:
    """The owner's address of the installation's database, started for the moment if it is not running."""
    if options.database_url:
        yield options.database_owner_url or options.database_url
        return
    if not (folder.database / "data" / "PG_VERSION").exists():
        raise Refused(f"{folder.path} 里没有数据库；请用 --data 指明数据目录。")
    passwords = folder.passwords()
    cluster = create_cluster(folder.database, superuser_password=passwords.superuser, programs=options.postgres_bin)
    with _kept_running(cluster, folder):
        yield owner_url(cluster, passwords)


def row_counts(connection: psycopg.Connection) -> dict[str, int]:
    """Rows per table of the schema `public` that a backup keeps, as the connection's snapshot sees them."""
    names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    counts = {}
    for name in sorted({name for (name,) in names} - PASSING):
        row = connection.execute(sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(name))).fetchone()
        assert row is not None
        counts[name] = int(row[0])
    return counts


def keys_fingerprints(file: Path) -> frozenset[str]:
    """One for each data key; none when there is no file. A copy may lie on a medium that knows no permissions."""
    if not file.exists():
        return frozenset()
    try:
        return read_keys(file, private=False).fingerprints()
    except KeysUnusableError as reason:
        raise Refused(str(reason)) from reason


@contextmanager
def _kept_running(cluster: Cluster, folder: DataFolder) -> Iterator[None]:
    if cluster.running():
        yield
        return
    lock = FolderLock(folder.lock)
    lock.take("（正在备份或恢复）")
    cluster.start()
    try:
        yield
    finally:
        cluster.stop()
        lock.release()


def _empty_manifest(options: Options, *, now: datetime) -> Manifest:
    app_role = unquote(urlsplit(options.database_url).username or "") or APP
    return Manifest(
        made_at=now.isoformat(timespec="seconds"),
        version=version("linghang"),
        postgres=0,
        app_role=app_role,
        keys=" ".join(sorted(keys_fingerprints(options.data_keys))),
        rows={},
    )


def _dump(owner: str, target: Path, manifest: Manifest) -> None:
    """Dump and count in one snapshot."""
    with psycopg.connect(owner) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        manifest.postgres = connection.info.server_version // 10000
        manifest.rows = row_counts(connection)
        options = ["--format=custom", "--no-owner", f"--snapshot={row[0]}", f"--file={target}"]
        options += [f"--exclude-table-data=public.{name}" for name in sorted(PASSING)]
        _run_program("pg_dump", *options, address=owner)


def _restore_database(folder: DataFolder, dump: Path, manifest: Manifest) -> None:
    passwords = folder.passwords()
    cluster = create_cluster(folder.database, superuser_password=passwords.superuser)
    with _kept_running(cluster, folder):
        ensure_roles(cluster, passwords)
        _stand_in_for(cluster, manifest.app_role)
        ensure_database(cluster)
        owner = owner_url(cluster, passwords)
        _run_program("pg_restore", "--no-owner", "--exit-on-error", str(dump), address=owner)
        with psycopg.connect(owner) as connection:
            found = row_counts(connection)
    wrong = sorted(
        name for name in (found.keys() | manifest.rows) - PASSING if found.get(name) != manifest.rows.get(name)
    )
    if wrong:
        raise Refused(f"恢复后的行数与备份时不一致：{'、'.join(wrong)}。请换另一份备份。")


def _stand_in_for(cluster: Cluster, app_role: str) -> None:
    """A backup of an external database names that server's app role: ours inherits its rights."""
    if app_role == APP:
        return
    role = sql.Identifier(app_role)
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(role))
        connection.execute(sql.SQL("GRANT {} TO {}").format(role, sql.Identifier(APP)))


def _require_keys(manifest: Manifest, keys: Path | None) -> None:
    if not manifest.keys:
        return
    if keys is None or not (keys / KEYS_FILE).exists():
        raise Refused(
            "备份文件里不含密钥，没有密钥就读不出加密的身份证号和手机号；"
            "请用 --keys 指明原安装的密钥目录。密钥确已丢失时，用 --without-keys 恢复其余内容。"
        )
    # the keys of after a rotation open the backups of before, too
    if not keys_fingerprints(keys / KEYS_FILE).issuperset(manifest.keys.split()):
        raise Refused(f"{keys} 里的密钥不是做这份备份时用的密钥；请找到原安装的密钥目录。")


def _files(data: Path) -> Iterator[Path]:
    if (data / INI).is_file():
        yield data / INI
    for name in FOLDERS:
        yield from sorted(path for path in (data / name).rglob("*") if path.is_file() and not path.is_symlink())


def _run_program(name: str, *arguments: str, address: str = "") -> None:
    """Run a PostgreSQL program as ourselves; the password goes by environment, where only we can read it."""
    url = urlsplit(address)
    environment = dict(os.environ)
    if address:
        environment["PGPASSWORD"] = unquote(url.password or "")
        bare = url._replace(netloc=f"{url.username}@{url.hostname}:{url.port or 5432}")
        arguments = (f"--dbname={bare.geturl()}", *arguments)
    done = subprocess.run(
        [find_binaries().program(name), *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(f"{name} 没有完成：{done.stderr.strip()}")


def _copy_private(source: str, target: str) -> str:
    shutil.copyfile(source, target)
    os.chmod(target, 0o600)
    return target
