"""The one table of options: name, type, default, meaning.

An option is read from the environment (`LINGHANG_<NAME>`, for a secret also `LINGHANG_<NAME>_FILE`), then from
`linghang.ini` in the data folder, section `[linghang]`. A wrong value stops the start with a sentence.
`docs/reference/options.md` is generated from this table.
"""

import configparser
import os
import secrets
from collections.abc import Mapping
from dataclasses import Field, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from linghang.config.table import option

PREFIX = "LINGHANG_"
INI = "linghang.ini"
REPOSITORY = Path(__file__).resolve().parents[3]
TRUE, FALSE = frozenset({"1", "true", "yes", "on", "是"}), frozenset({"0", "false", "no", "off", "否"})


class OptionsInvalidError(Exception):
    """Every wrong option at once, one Chinese sentence each."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True)
class Options:
    """The values in force. Paths are absolute."""

    data_dir: Path = option(Path("var"), "数据目录：数据库、附件、密钥、日志都在这里")
    assets_dir: Path = option(REPOSITORY / "site-assets", "前端资源目录，由 make run 生成")
    host: str = option("127.0.0.1", "网页服务监听的地址；0.0.0.0 表示本机所有网卡")
    port: int = option(8000, "网页服务端口", low=1, high=65535)
    base_url: str = option("", "用户浏览器里看到的地址，用于邮件中的链接；空则为 http://localhost:端口")
    allowed_hosts: list[str] = option(["localhost", "127.0.0.1"], "允许访问的主机名，用逗号分开")
    trusted_origins: list[str] = option([], "允许提交表单的来源，如 https://dj.example.cn，用逗号分开")
    https: bool = option(False, "用户是否经 https 访问（会话只经加密连接传送）")
    behind_proxy: bool = option(False, "是否在反向代理之后（信任代理给出的 X-Forwarded-Proto）")
    web_workers: int = option(2, "网页服务进程数", low=1, high=32)
    web_threads: int = option(2, "每个网页服务进程的线程数", low=1, high=32)
    database_url: str = option("", "外部 PostgreSQL（15 或更新）的地址，应用角色；空则使用自带数据库", secret=True)
    database_owner_url: str = option("", "外部 PostgreSQL 的地址，建表角色，只在升级时使用", secret=True)
    postgres_bin: Path | None = option(None, "PostgreSQL 程序所在目录；空则先用自带的，再找系统安装的")
    keys_dir: Path | None = option(None, "密钥目录；空则为数据目录下的 keys")
    data_keys_file: Path | None = option(None, "数据密钥文件（权限 0600）；空则为密钥目录下的 data-keys.json")
    secret_key: str = option("", "会话与表单签名的密钥；空则用密钥目录里首次启动时生成的", secret=True)
    session_minutes: int = option(30, "多少分钟不操作须重新登录", low=1, high=1440)
    upload_megabytes: int = option(20, "上传的单个文件上限（MB）", low=1, high=1024)
    preset: str = option(
        "institution",
        "新建顶层组织的默认预置：institution 机关事业单位，enterprise 企业",
        choices=("institution", "enterprise"),
    )
    email_host: str = option("", "发邮件的服务器；空则不发邮件，只有站内消息")
    email_port: int = option(25, "发邮件的端口", low=1, high=65535)
    email_user: str = option("", "发邮件的用户名")
    email_password: str = option("", "发邮件的密码", secret=True)
    email_security: str = option("none", "与邮件服务器的加密方式", choices=("none", "starttls", "tls"))
    email_from: str = option("linghang@localhost", "发件人地址")
    log_level: str = option("WARNING", "日志详细程度", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
    demo: bool = option(False, "演示安装：页面上有横幅，可以设定今天")
    today: date | None = option(None, "演示安装的今天，如 2026-03-31；只在 demo 为是时可用")

    @property
    def keys(self) -> Path:
        return self.keys_dir or self.data_dir / "keys"

    @property
    def data_keys(self) -> Path:
        return self.data_keys_file or self.keys / "data-keys.json"

    @property
    def static_root(self) -> Path:
        return self.data_dir / "static"

    @property
    def address(self) -> str:
        """Where users find the product."""
        return self.base_url.rstrip("/") or f"http://localhost:{self.port}"

    def database(self) -> dict[str, Any]:
        """Django's entry for the database, as the app role."""
        return database_entry(self.database_url or "postgresql://linghang_app@127.0.0.1:5432/linghang")


def database_entry(address: str) -> dict[str, Any]:
    """Django's entry for a PostgreSQL address; parameters after `?` are passed to libpq (sslmode …)."""
    url = urlsplit(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": url.port or "",
        "CONN_MAX_AGE": 900,  # who records once in a few minutes does not wait for a connection and its plans each time
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(url.query)),
    }


def load_options(environment: Mapping[str, str] | None = None, *, kept: bool = True) -> Options:
    """The options in force; `kept=False` leaves out what the supervisor keeps in the data folder.

    Raises OptionsInvalidError with a sentence per wrong value.
    """
    environment = os.environ if environment is None else environment
    problems: list[str] = []
    folder = Path(environment.get(f"{PREFIX}DATA_DIR") or "var").absolute()
    ini = _read_ini(folder / INI, problems)
    values: dict[str, Any] = {}
    kinds = get_type_hints(Options)
    for row in fields(Options):
        origin, text = _find(row, environment, ini, problems)
        if text is not None:
            try:
                values[row.name] = _parse(text, kinds[row.name], row)
            except ValueError as reason:
                problems.append(f"{origin}：{reason}")
    values["data_dir"] = folder
    if kept:
        _complete(values, folder)
    options = Options(**values)
    problems += _contradictions(options)
    if problems:
        raise OptionsInvalidError(problems)
    return options


def _read_ini(path: Path, problems: list[str]) -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(path, encoding="utf-8")
        found = dict(parser["linghang"]) if parser.has_section("linghang") else {}
    except (configparser.Error, UnicodeDecodeError, PermissionError) as reason:
        problems.append(f"{path} 读不出来：{reason}")
        return {}
    known = {row.name for row in fields(Options)} - {"data_dir"}
    problems += [f"{path} 里的 {name} 不是本系统的选项，请核对拼写。" for name in found if name not in known]
    return found


def _find(
    row: "Field[Any]", environment: Mapping[str, str], ini: Mapping[str, str], problems: list[str]
) -> tuple[str, str | None]:
    """Where the value was found, and its text; an empty text counts as not given."""
    variable = PREFIX + row.name.upper()
    if environment.get(variable):
        return f"环境变量 {variable}", environment[variable]
    file = environment.get(f"{variable}_FILE") if row.metadata["secret"] else None
    if file:
        try:
            return f"文件 {file}", Path(file).read_text(encoding="utf-8").strip()
        except OSError as reason:
            problems.append(f"环境变量 {variable}_FILE 指的文件读不出来：{reason}")
    return f"{INI} 里的 {row.name}", ini.get(row.name) or None


def _parse(text: str, kind: Any, row: "Field[Any]") -> Any:
    text = text.strip()
    if kind is bool:
        return _parse_bool(text)
    if kind is int:
        return _parse_int(text, *row.metadata["bounds"])
    if kind == list[str]:
        return [part.strip() for part in text.split(",") if part.strip()]
    if kind in (Path, Path | None):
        return Path(text).expanduser().absolute()
    if kind == date | None:
        return _parse_date(text)
    choices = row.metadata["choices"]
    if choices and text not in choices:
        raise ValueError(f"只能是 {'、'.join(choices)} 之一，现在是“{text}”。")
    return text


def _parse_bool(text: str) -> bool:
    if text.lower() not in TRUE | FALSE:
        raise ValueError(f"只能是 是/否（1/0、yes/no），现在是“{text}”。")
    return text.lower() in TRUE


def _parse_int(text: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        raise ValueError(f"须是 {low} 到 {high} 之间的整数，现在是“{text}”。")
    return int(text)


def _parse_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"须是日期，写作 2026-03-31，现在是“{text}”。") from None


def _complete(values: dict[str, Any], folder: Path) -> None:
    """What the supervisor keeps in the data folder stands in for what was not given."""
    keys = values.get("keys_dir") or folder / "keys"
    if not values.get("secret_key"):
        # without a kept key (tools, tests) a passing one: never a constant that somebody could know
        values["secret_key"] = _kept(keys / "secret-key") or secrets.token_urlsafe(48)
    if not values.get("database_url"):
        values["database_url"] = _kept(folder / "database-url")


def _kept(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (FileNotFoundError, PermissionError, NotADirectoryError):
        return ""


def _contradictions(options: Options) -> list[str]:
    found = []
    if options.today and not options.demo:
        found.append("选项 today 只能用于演示安装：请去掉它，或同时设置 demo = 是。")
    for name in ("database_url", "database_owner_url"):
        address: str = getattr(options, name)
        if address and not _is_postgres(urlsplit(address)):
            found.append(f"选项 {name} 须写作 postgresql://用户:密码@主机:端口/库名。")
    if options.database_owner_url and not options.database_url:
        found.append("给出了 database_owner_url，但没有给出 database_url；外部数据库须两个都给。")
    return found


def _is_postgres(url: SplitResult) -> bool:
    try:
        port_is_a_number = url.port is None or url.port > 0
    except ValueError:
        return False
    return port_is_a_number and url.scheme in ("postgresql", "postgres") and len(url.path) > 1
