"""Packs that are held as texts instead of as a folder: path inside the pack → text. Read, checked, locked alike.

What a pack says is defined by its folder; so texts are laid down in a folder of their own for the time of reading.
"""

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath

from linghang.engine.packs.cases import Case, read_cases
from linghang.engine.packs.compose import compose_bytes
from linghang.engine.packs.load import LOCK, MOST_FILES, load_pack, lock_pack
from linghang.engine.packs.model import Identity, Pack
from linghang.engine.packs.read import IDENTITY
from linghang.engine.packs.schema import PackProblems
from linghang.engine.problems import Place, Problem, Problems

Texts = Mapping[str, str]
IDENTITY_FILE = "pack.yaml"
SUFFIXES = (".yaml", ".md", ".csv")
MOST_BYTES = 1_000_000  # of one text
MOST_BYTES_IN_ALL = 4_000_000
LONGEST_NAME = 120


def read_texts(folder: Path) -> dict[str, str]:
    """The texts of a pack's folder, by their paths in it; what is no text of a pack is left out."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files}


def load_texts(files: Texts, *, library: Mapping[str, Texts]) -> tuple[Pack | None, Problems]:
    """As `load_pack`; `library` holds the texts of the packs that may be used, by their ids."""
    problems = name_problems(files)
    if problems.errors:
        return None, problems
    with _laid_down(files, library) as (own, used):
        pack, found = load_pack(own, library=[used])
        return pack, _placed(found, own, used)


def lock_texts(files: Texts, *, library: Mapping[str, Texts]) -> tuple[dict[str, str], Problems]:
    """The texts with a lock of the packs that they use as the library has them; unchanged where there are problems."""
    problems = name_problems(files)
    if problems.errors:
        return dict(files), problems
    with _laid_down(files, library) as (own, used):
        pack, found = lock_pack(own, library=[used])
        if pack is None or not (own / LOCK).is_file():
            return dict(files), _placed(found, own, used)
        return {**files, LOCK: (own / LOCK).read_text("utf-8")}, _placed(found, own, used)


def identity_in_texts(files: Texts) -> Identity | None:
    """Which pack and version the texts say they are, if that much can be read."""
    node = compose_bytes(files.get(IDENTITY_FILE, "").encode("utf-8", "surrogatepass"), IDENTITY_FILE, PackProblems())
    found = None if node is None else IDENTITY.read(node, PackProblems())
    return found if isinstance(found, Identity) else None


def named(files: Texts, *, pack: str, version: str, title: str = "") -> dict[str, str]:
    """The texts under another id, version and title; comments and everything else stay as written."""
    said = {"pack": pack, "version": version, "title": f"{{zh: {quoted(title)}}}" if title else ""}

    def renamed(found: re.Match[str]) -> str:
        return f"{found[1]}: {said[found[1]]}" if said[found[1]] else found[0]

    text = re.sub(r"^(pack|version|title):.*$", renamed, files[IDENTITY_FILE], flags=re.MULTILINE)
    return {**files, IDENTITY_FILE: text}


def quoted(text: str) -> str:
    """A text as a YAML scalar on one line, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)


def cases_in_texts(files: Texts, pack: Pack) -> tuple[tuple[Case, ...], Problems]:
    """The worked cases of a pack that is held as texts."""
    with _laid_down(files, {}) as (own, used):
        cases, found = read_cases(own, pack)
        placed = tuple(replace(case, place=_inside(case.place, own, used)) for case in cases)
        return placed, _placed(found, own, used)


def name_problems(files: Texts) -> Problems:
    """What is wrong with the names and sizes of texts, before any of them is read."""
    problems = Problems()
    if len(files) > MOST_FILES:
        problems.add(Place(), "too-many-files", f"方案包里的文件超过 {MOST_FILES} 个", "合并或拆成几个方案包")
    if sum(len(text.encode()) for text in files.values()) > MOST_BYTES_IN_ALL:
        problems.add(Place(), "pack-too-large", "方案包的文字合起来超过 4 MB", "拆成几个方案包")
    for name, text in files.items():
        if not sound_name(name):
            words = "方案包里只能有文件夹下的 .yaml、.md、.csv 文本"
            problems.add(Place(file=name[:LONGEST_NAME]), "file-name", words, "去掉这个文件，或改成这样的文件名")
        elif len(text.encode()) > MOST_BYTES:
            problems.add(Place(file=name), "file-too-large", "文件超过 1 MB", "拆成几个文件")
    return problems


def sound_name(name: str) -> bool:
    """Whether a path stays inside a pack and names a text: no `..`, no drive, nothing hidden, two levels at most."""
    path = PurePosixPath(name)
    plain = not any(part.startswith(".") or part != part.strip() or "\x00" in part for part in path.parts)
    return (
        plain
        and not path.is_absolute()
        and "\\" not in name
        and ":" not in name
        and path.as_posix() == name
        and 1 <= len(path.parts) <= 2
        and len(name) <= LONGEST_NAME
        and path.suffix in SUFFIXES
    )


@contextmanager
def _laid_down(files: Texts, library: Mapping[str, Texts]) -> Iterator[tuple[Path, Path]]:
    """A folder with the texts and one with the packs that they may use, for as long as they are read."""
    with tempfile.TemporaryDirectory(prefix="linghang-pack-") as made:
        own, used = Path(made) / "own", Path(made) / "library"
        _write(files, own)
        write_library(library, used)
        yield own, used


def write_library(library: Mapping[str, Texts], folder: Path) -> None:
    """Lay packs down as a folder in which used packs are found."""
    folder.mkdir()
    for name, texts in library.items():
        _write(texts, folder / name)


def _write(files: Texts, folder: Path) -> None:
    folder.mkdir()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogatepass"))


def _placed(problems: Problems, own: Path, used: Path) -> Problems:
    """The same problems, placed by the paths inside the pack."""
    return Problems([_told(problem, own, used) for problem in problems.items])


def _told(problem: Problem, own: Path, used: Path) -> Problem:
    message, hint = (_plain(words, own, used) for words in (problem.message, problem.hint))
    if problem.code == "used-pack-missing":
        hint = "先导入并发布所用的方案包，或去掉 uses 里的这一行"
    if problem.code in ("lock-missing", "lock-differs", "file-missing") and LOCK in (hint, problem.place.file, message):
        hint = f"删去 {LOCK}，保存时会按现在的版本重新写出"
    return replace(problem, place=_inside(problem.place, own, used), message=message, hint=hint)


def _inside(place: Place, own: Path, used: Path) -> Place:
    return replace(place, file=_plain(place.file, own, used))


def _plain(words: str, own: Path, used: Path) -> str:
    """Words without the folder that existed only while reading."""
    for folder in (own, used):
        words = words.replace(f"{folder}/", "").replace(str(folder), "方案包文件夹")
        resolved = folder.resolve()
        words = words.replace(f"{resolved}/", "").replace(str(resolved), "方案包文件夹")
    return words
