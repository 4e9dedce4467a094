"""The unprivileged user that PostgreSQL runs as: PostgreSQL refuses to run as root."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linghang.server.problems import Refused

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Identity:
    """A user of the machine other than ours; None stands for ourselves."""

    uid: int
    gid: int

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)


def identity_for(folder: Path) -> Identity | None:
    """Who runs the database in `folder`: its owner if it exists; else ourselves, or an unprivileged user for root."""
    if os.geteuid() != 0:
        if folder.exists() and folder.stat().st_uid != os.geteuid():
            raise Refused(f"数据目录 {folder} 属于另一个用户，请用原来的用户启动，或用 --data 另选一个目录。")
        return None
    if folder.exists() and folder.stat().st_uid != 0:
        info = folder.stat()
        return Identity(info.st_uid, info.st_gid)
    for name in CANDIDATES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Identity(found.pw_uid, found.pw_gid)
    raise Refused("以 root 启动时，数据库须换用普通用户运行，但本机没有 postgres 或 nobody 用户；请改用普通用户启动。")


def as_identity(identity: Identity | None) -> dict[str, Any]:
    """The `subprocess` arguments that start a child as `identity`."""
    if identity is None:
        return {}
    return {"user": identity.uid, "group": identity.gid, "extra_groups": []}


def closed_parent(path: Path) -> Path | None:
    """The first folder above `path` that users other than its owner cannot pass through, if any."""
    for parent in reversed(path.resolve().parents):
        if parent.exists() and not parent.stat().st_mode & stat.S_IXOTH:
            return parent
    return None
