"""Where a pack's files are read from: a folder, or nodes that were made from something else, each with its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from linghang.engine.packs.compose import HINTS, Node, compose_file
from linghang.engine.problems import Place, Problems

MOST_FILES = 200


class Source(Protocol):
    """Files of a pack by their paths inside it, such as `schemes/points.yaml`; `label` is what holds them all."""

    @property
    def label(self) -> str: ...

    def node(self, name: str, problems: Problems) -> Node | None:
        """The file's content; None with a problem when it is missing or unreadable."""

    def has(self, name: str) -> bool:
        """Whether there is such a file."""

    def files_in(self, part: str, problems: Problems) -> list[str]:
        """The YAML files of a sub-folder, in order; too many are a problem."""

    def top(self) -> Iterator[tuple[str, bool, Place]]:
        """What lies at the top: name, whether it is a folder, place."""


@dataclass(frozen=True)
class FolderSource:
    """A folder on disk."""

    folder: Path

    @property
    def label(self) -> str:
        return str(self.folder)

    def node(self, name: str, problems: Problems) -> Node | None:
        return compose_file(self.folder / name, problems)

    def has(self, name: str) -> bool:
        return (self.folder / name).exists()

    def files_in(self, part: str, problems: Problems) -> list[str]:
        found = sorted((self.folder / part).glob("*.yaml"))
        return _so_many([f"{part}/{path.name}" for path in found], Place(file=str(self.folder / part)), problems)

    def top(self) -> Iterator[tuple[str, bool, Place]]:
        for path in sorted(self.folder.iterdir())[:MOST_FILES]:
            yield path.name, path.is_dir(), Place(file=str(path))


@dataclass(frozen=True)
class NodeSource:
    """Contents that are at hand as nodes."""

    nodes: Mapping[str, Node]
    label: str

    def node(self, name: str, problems: Problems) -> Node | None:
        if name not in self.nodes:
            hint = HINTS.get(name, "补上这一部分")
            problems.add(Place(file=self.label), "file-missing", f"没有 {name} 的内容", hint)
        return self.nodes.get(name)

    def has(self, name: str) -> bool:
        return name in self.nodes

    def files_in(self, part: str, problems: Problems) -> list[str]:
        found = sorted(name for name in self.nodes if name.startswith(f"{part}/"))
        return _so_many(found, Place(file=self.label), problems)

    def top(self) -> Iterator[tuple[str, bool, Place]]:
        for name in sorted({name.split("/", 1)[0] for name in self.nodes}):
            yield name, name not in self.nodes, Place(file=self.label)


def _so_many(names: list[str], place: Place, problems: Problems) -> list[str]:
    if len(names) > MOST_FILES:
        part = names[0].split("/", 1)[0]
        problems.add(place, "too-many-files", f"{part} 里的文件超过 {MOST_FILES} 个", "合并或拆成几个方案包")
    return names[:MOST_FILES]
