"""The one table of options: name, type, default, environment variable, meaning.

An option is read from the environment (`LINGHANG_<NAME>`, or `LINGHANG_<NAME>_FILE` for a secret) or from
`linghang.ini` in the data folder. A wrong value stops the start with a sentence.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Options:
    data_dir: Path = Path("var")
    assets_dir: Path = Path("site-assets")
    static_root: Path = Path("var/static")
    secret_key: str = ""
    allowed_hosts: list[str] = field(default_factory=lambda: ["localhost", "127.0.0.1"])
    trusted_origins: list[str] = field(default_factory=list)
    database_url: str = ""
    session_minutes: int = 30
    https: bool = False
    email_backend: str = "django.core.mail.backends.console.EmailBackend"
    email_host: str = "localhost"
    email_port: int = 25
    email_from: str = "linghang@localhost"

    def database(self) -> dict[str, Any]:
        url = urlsplit(self.database_url or "postgresql://app@127.0.0.1:5432/linghang")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": url.path.lstrip("/"),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": url.hostname or "",
            "PORT": url.port or "",
            "CONN_MAX_AGE": 60,
        }


def load_options() -> Options:
    env = os.environ
    return Options(
        secret_key=env.get("LINGHANG_SECRET_KEY", "set-by-the-supervisor"),
        database_url=env.get("LINGHANG_DATABASE_URL", ""),
    )
