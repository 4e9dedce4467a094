"""A folder becomes a Pack: its own files, the packs that it uses (equal to its lock), and everything checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linghang.engine.packs.check import check_pack
from linghang.engine.packs.content import content_hash
from linghang.engine.packs.model import Identity, Pack
from linghang.engine.packs.read import FACTS, GROUPS, IDENTITY, NORMS, PARAMETERS, read_part, read_record
from linghang.engine.packs.read_links import LINKS
from linghang.engine.packs.read_loops import LOOPS
from linghang.engine.packs.schema import TEXT, VERSION, Field, MapOf, PackProblems, Record, TooManyProblems, near
from linghang.engine.packs.schemes import SCHEME, resolve_scheme
from linghang.engine.packs.source import MOST_FILES as MOST_FILES
from linghang.engine.packs.source import FolderSource, Source
from linghang.engine.problems import Place, Problems

LOCK = "pack.lock.yaml"
PARTS = {
    "facts.yaml": FACTS,
    "parameters.yaml": PARAMETERS,
    "groups.yaml": GROUPS,
    "norms.yaml": NORMS,
    "loops.yaml": LOOPS,
    "links.yaml": LINKS,
}
_KNOWN = ("pack.yaml", LOCK, *PARTS, "schemes", "cases", "CHANGELOG.md", "README.md")
# what a pack gives to those that use it
_SHARED = ("meanings", "kinds", "groups", "norms", "loops", "links", "coverages")


@dataclass(frozen=True)
class _Locked:
    version: str
    hash: str
    place: Place


LOCK_SHAPE = Record(
    "锁定文件",
    {"locked": Field(MapOf(Record("锁定的方案包", {"version": Field(VERSION), "hash": Field(TEXT)}, _Locked)))},
    lambda locked: locked,
    placed=False,
)


def load_pack(folder: Path, *, library: Sequence[Path] = ()) -> tuple[Pack | None, Problems]:
    """The pack in the folder with everything that it uses; None when any problem is an error.

    `library` are folders in which used packs are looked for, by default the folder that the pack lies in.
    """
    return load_source(FolderSource(folder), library=_library(folder, library))


def load_source(source: Source, *, library: Sequence[Path], locking: bool = False) -> tuple[Pack | None, Problems]:
    """As `load_pack`, for a pack that is read from elsewhere; with `locking`, whatever its lock says is let pass."""
    problems = PackProblems()
    pack = _Loader(source, tuple(library), problems, locking=locking).load()
    return (None if problems.errors else pack), problems


def _library(folder: Path, library: Sequence[Path]) -> tuple[Path, ...]:
    return tuple(library) or (folder.resolve().parent,)


def lock_pack(folder: Path, *, library: Sequence[Path] = ()) -> tuple[Pack | None, Problems]:
    """Write the lock of the packs that this one uses as they are now, and load it; nothing is written with problems."""
    problems = PackProblems()
    loader = _Loader(FolderSource(folder), _library(folder, library), problems, locking=True)
    pack = loader.load()
    if pack is None or problems.errors:
        return None, problems
    lines = ["# 所用方案包的版本和内容指纹，由 linghang pack lock 写入，不要手改。", "locked:"]
    lines += [f'  {u.identity.id}: {{version: {u.identity.version}, hash: "{u.content_hash}"}}' for u in loader.used]
    if loader.used:
        (folder / LOCK).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return pack, problems


class _Loader:
    def __init__(
        self,
        source: Source,
        library: tuple[Path, ...],
        problems: Problems,
        *,
        locking: bool = False,
        users: tuple[str, ...] = (),
    ) -> None:
        self.source, self.library, self.problems = source, library, problems
        self.locking, self.users = locking, users
        self.used: list[Pack] = []

    def load(self) -> Pack | None:
        try:
            return self._load()
        except TooManyProblems:
            return None

    def _load(self) -> Pack | None:
        identity: Identity | None = read_record(self.source, "pack.yaml", IDENTITY, self.problems)
        if identity is None:
            self._read_on()
            return None
        self._name_unknown_files()
        own = {name: part for file, shape in PARTS.items() for name, part in self._part(file, shape).items()}
        self._use(identity)
        merged = self._merged(own)
        schemes = self._schemes(merged["kinds"])
        locked = {u.identity.id: u.content_hash for u in self.used}
        said = {"identity": identity, "schemes": schemes, **own}
        pack = Pack(
            identity=identity,
            parameters=own.get("parameters", {}),
            schemes=schemes,
            content_hash=content_hash(said, locked),
            locked=locked,
            **merged,
        )
        check_pack(pack, own, self.problems)
        return pack

    def _read_on(self) -> None:
        """What the other files say wrong by themselves, though nobody knows which packs they stand on."""
        if self.source.has("pack.yaml"):
            for file, shape in PARTS.items():
                self._part(file, shape)
            for name in self.source.files_in("schemes", self.problems):
                read_record(self.source, name, SCHEME, self.problems)

    def _part(self, file: str, shape: Record) -> dict[str, dict[str, Any]]:
        return read_part(self.source, file, shape, self.problems)

    def _name_unknown_files(self) -> None:
        for name, is_folder, place in self.source.top():
            looks_meant = is_folder or name.endswith((".yaml", ".yml"))
            if name not in _KNOWN and looks_meant and not name.startswith("."):
                self.problems.add(
                    place, "unknown-file", f"方案包里用不到“{name}”", near(name, _KNOWN), severity="warning"
                )

    # --- used packs ----------------------------------------------------------------------------------------------

    def _use(self, identity: Identity) -> None:
        locks = self._locks(identity)
        for name, least in identity.uses.items():
            used = self._find(identity, name)
            if used is None or used.identity.id != name:
                continue
            self.used.append(used)
            if _numbers(used.identity.version) < _numbers(least):
                words = f"所用的方案包 {name} 是 {used.identity.version}，低于要求的 {least}"
                self.problems.add(identity.place, "used-pack-too-old", words, "换用较新的版本，或改低要求")
            self._compare_lock(identity, used, locks)

    def _locks(self, identity: Identity) -> dict[str, _Locked]:
        if not identity.uses or self.locking:
            return {}
        found = read_record(self.source, LOCK, LOCK_SHAPE, self.problems)
        return dict(found or {})

    def _find(self, identity: Identity, name: str) -> Pack | None:
        chain = (*self.users, identity.id)
        folder = next((lib / name for lib in self.library if (lib / name / "pack.yaml").is_file()), None)
        if name in chain:
            words = f"方案包互相使用，绕成了圈：{' → '.join((*chain, name))}"
            self.problems.add(identity.place, "used-pack-circle", words, "去掉其中一处 uses")
        elif folder is None:
            words = f"找不到所用的方案包 {name}"
            places = "、".join(str(lib) for lib in self.library)
            hint = f"把它的文件夹放进 {places}；check 也可以用 --library 指出它在哪里"
            self.problems.add(identity.place, "used-pack-missing", words, hint)
        else:
            inner = PackProblems()
            pack = _Loader(FolderSource(folder), self.library, inner, users=chain).load()
            self.problems.extend(p for p in inner if p.severity == "error")
            if pack and pack.identity.id != name:
                words = f"文件夹 {name} 里的方案包写的是 {pack.identity.id}"
                self.problems.add(pack.identity.place, "used-pack-renamed", words, "文件夹和编号改成一样")
            return pack
        return None

    def _compare_lock(self, identity: Identity, used: Pack, locks: dict[str, _Locked]) -> None:
        name = used.identity.id
        lock, missing = locks.get(name), self.source.has(LOCK) and not self.locking
        how = f"核对变化后运行 linghang pack lock {self.source.label}"
        if lock is None:
            if missing:
                self.problems.add(identity.place, "lock-missing", f"没有锁定所用的方案包 {name}", how)
        elif (lock.version, lock.hash) != (used.identity.version, used.content_hash):
            words = f"所用的方案包 {name} 与锁定时不同：锁定 {lock.version}，现在 {used.identity.version}"
            if lock.version == used.identity.version:
                words = f"所用的方案包 {name} {lock.version} 的内容与锁定时不同"
            self.problems.add(lock.place, "lock-differs", words, how)

    def _merged(self, own: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Own parts and those of used packs; a pack adds to what it uses and never redefines it."""
        merged: dict[str, dict[str, Any]] = {name: {} for name in _SHARED}
        for pack in self.used:
            for name in _SHARED:
                merged[name].update(getattr(pack, name))
        for name in _SHARED:
            for identifier, value in own.get(name, {}).items():
                if identifier in merged[name]:
                    words = f"“{identifier}”在所用的方案包里已经有了，不能重新定义"
                    hint = "换一个带本单位前缀的编号" if name in ("kinds", "meanings") else "换一个编号"
                    self.problems.add(value.place, "redefined", words, hint)
                else:
                    merged[name][identifier] = value
        return merged

    def _schemes(self, kinds: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in self.source.files_in("schemes", self.problems):
            raw = read_record(self.source, name, SCHEME, self.problems)
            if raw is None:
                continue
            scheme = resolve_scheme(raw, kinds, self.problems)
            if scheme.id in found:
                self.problems.add(scheme.place, "duplicate-id", f"办法编号“{scheme.id}”重复了", "换一个编号")
            else:
                found[scheme.id] = scheme
        return found


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
