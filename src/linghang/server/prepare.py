"""What must be true before the web server starts, each skipped when nothing is to be done.

Runs as its own process (`python -m linghang.server.prepare`): the supervisor itself stays small, without Django.
Every line of output is `<step>\t<words>`; the supervisor shows the words.
"""

import hashlib
import os
import secrets
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from linghang.config.options import database_entry, load_options
from linghang.server.folder import DataFolder, write_private
from linghang.server.roles import grant_defaults
from linghang.server.schema import is_behind, upgrade
from linghang.ui.messages import compile_all


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linghang.config.settings")
    compile_all()  # before Django reads the catalogues
    options = load_options()
    app = options.database()
    owner = options.database_owner_url or options.database_url
    settings.DATABASES["default"] = database_entry(owner)
    django.setup()
    folder = DataFolder(options.data_dir)
    report("schema", migrate(owner, app_role=str(app["USER"])))
    report("packs", install_packs())
    _become(app)
    report("static", collect_static())
    report("account", create_first_account(folder))
    if options.demo:
        report("demo", fill_demo(folder))
    connection.close()
    return 0


def migrate(owner: str, *, app_role: str) -> str:
    """Bring the schema up to date as the owner; says what was done."""
    if not is_behind(connection):
        return "已是最新"
    if connection.settings_dict["USER"] != app_role:
        grant_defaults(owner, app_role)
    return f"执行了 {upgrade(connection)} 步升级"


def install_packs() -> str:
    """Hold the packs that came with this version of the product; those that are held stay as they are."""
    from linghang.apps.appraisal.operations.packs import install_shipped  # needs the app registry

    return "、".join(install_shipped(now=timezone.now())) or "已是最新"


def collect_static() -> str:
    """Copy, compress and fingerprint the static files when any of them changed."""
    root = Path(settings.STATIC_ROOT)
    stamp, state = root / ".collected", _state_of_static()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == state:
        return "已是最新"
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    write_private(stamp, state)
    return "已生成"


def create_first_account(folder: DataFolder) -> str:
    """Make the first administrator where nobody can sign in yet; the password goes to a 0600 file before the commit."""
    from linghang.apps.access.operations.accounts import (
        FIRST_ADMINISTRATOR,
        create_first_administrator,
    )  # needs the app registry

    with transaction.atomic():
        password = create_first_administrator(now=timezone.now())
        if password is None:
            return ""
        write_private(folder.first_password, f"用户名 {FIRST_ADMINISTRATOR}\n密码 {password}\n")
    return f"{FIRST_ADMINISTRATOR} {password}"


def fill_demo(folder: DataFolder) -> str:
    """Make the invented units that are not there yet; their password is in a 0600 file before any account has it."""
    from linghang.demo.accounts import accounts_text, password_in  # needs the app registry
    from linghang.demo.build import TODAY, build_demo
    from linghang.ui.web import clock
    from linghang.ui.web.memory import keep_what_stands

    keep_what_stands()
    file = folder.demo_accounts
    password = password_in(file.read_text(encoding="utf-8")) if file.exists() else secrets.token_urlsafe(9)
    write_private(file, accounts_text(password))
    if clock.demo_today() is None:
        clock.set_demo_today(TODAY)
    built = build_demo(password=password, now=clock.now(), progress=lambda _unit, _records: None)
    write_private(file, accounts_text(password))
    if not built.units:
        return "已有"
    return f"{built.units} 个单位 · {built.people} 人 · {built.facts} 条记录"


def report(step: str, words: str) -> None:
    sys.stdout.write(f"{step}\t{words}\n")
    sys.stdout.flush()


def _become(entry: dict[str, object]) -> None:
    connection.close()
    connection.settings_dict.update(entry)


def _state_of_static() -> str:
    """A hash over path, size and time of every source file: cheap enough for each start."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            about = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{about.st_size}\0{about.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
