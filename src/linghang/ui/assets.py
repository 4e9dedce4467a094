"""Build what pages and documents need from npm packages: `python -m linghang.ui.assets [--out site-assets]`.

Packages come by exact version and integrity (`npm ci`, no scripts). Node is the machine's, else the one of its PyPI
wheel, installed with hashes beside this Python. The result:

    OUT/static/vendor/   served: htmx, the icon sprite          OUT/fonts/      for documents, not served
    OUT/licenses/        what the licences ask to keep          OUT/manifest.json  SHA-256 of every file

Nothing is done when the manifest already speaks of the same lock file and the files are unharmed.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from linghang.ui.icons import ICONS

PROJECT = Path(__file__).resolve().parents[3]
RECIPE = 2  # raise when this module puts different files together from the same packages
NODE_AT_LEAST = 18
NPM_AT_LEAST = 9
INSTALL_SECONDS = 900

COPIES = {
    "htmx.org/dist/htmx.min.js": "static/vendor/htmx.min.js",
    "htmx.org/LICENSE": "licenses/htmx.txt",
    "@tabler/icons/LICENSE": "licenses/tabler-icons.txt",
    "@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf": "fonts/NotoSerifSC-Regular.ttf",
    "@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf": "fonts/NotoSerifSC-Bold.ttf",
    "@expo-google-fonts/noto-serif-sc/LICENSE_FONT": "licenses/noto-serif-sc.txt",
    "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf": "fonts/NotoSansSC-Regular.ttf",
    "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf": "fonts/NotoSansSC-Bold.ttf",
    "@expo-google-fonts/noto-sans-sc/LICENSE_FONT": "licenses/noto-sans-sc.txt",
}
SVG = "http://www.w3.org/2000/svg"
SOURCE_MAP = re.compile(rb"\n?/[/*][#@]\s*sourceMappingURL=[^\n*]*(\*/)?")


class AssetsError(Exception):
    """The assets cannot be built; the text says why and what to do."""


def build(out: Path, frontend: Path = PROJECT / "frontend") -> bool:
    """Bring `out` up to date with the lock file; False when there was nothing to do."""
    wanted = recipe_hash(frontend)
    if is_current(out, wanted):
        return False
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="assets-", dir=out.parent) as folder:
        modules = install(frontend, Path(folder) / "npm")
        fresh = Path(folder) / "fresh"
        _assemble(modules, fresh)
        _write_manifest(fresh, wanted)
        _swap(fresh, out, Path(folder) / "old")
    return True


def recipe_hash(frontend: Path) -> str:
    """What the assets are made of: packages with their integrity, icons, and how they are put together."""
    lock = frontend / "package-lock.json"
    if not lock.is_file():
        raise AssetsError(f"找不到 {lock}。请在完整的项目目录里运行。")
    parts = [str(RECIPE), lock.read_text("utf-8"), *sorted(ICONS), *sorted(COPIES)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def is_current(out: Path, wanted: str) -> bool:
    """Whether the manifest names this recipe and every file still has its hash."""
    try:
        manifest = json.loads((out / "manifest.json").read_text("utf-8"))
        return bool(manifest["recipe"] == wanted) and manifest["files"] == _hashes(out)
    except (OSError, ValueError, KeyError):
        return False


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {path.relative_to(folder).as_posix(): _sha256(path) for path in files}


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# --- packages ---------------------------------------------------------------------------------------------------


def install(frontend: Path, work: Path) -> Path:
    """Run `npm ci` in a working copy of the folder that holds the lock file; returns its node_modules."""
    work.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(frontend / name, work / name)
    npm, path = find_npm()
    environment = {**os.environ, "PATH": f"{path}{os.pathsep}{os.environ.get('PATH', '')}"}
    _run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], work, environment)
    return work / "node_modules"


def find_npm() -> tuple[str, str]:
    """An npm that is new enough, and the folder to put first on the path: the machine's, else the PyPI wheel's."""
    for folder in (os.environ.get("PATH", ""), str(Path(sys.executable).parent)):
        npm, node = shutil.which("npm", path=folder), shutil.which("node", path=folder)
        if npm and node and _major(node) >= NODE_AT_LEAST and _major(npm) >= NPM_AT_LEAST:
            return npm, str(Path(node).parent)
    return _node_from_wheel()


def _major(program: str) -> int:
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.match(r"v?(\d+)", answer.stdout.strip())
    return int(found.group(1)) if found else 0


def _node_from_wheel() -> tuple[str, str]:
    lock = PROJECT / "requirements" / "assets.lock"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    try:
        _run([*command, "--require-hashes", "-r", str(lock)], PROJECT, dict(os.environ))
    except AssetsError as error:
        raise AssetsError(
            f"这台机器没有 Node（≥ {NODE_AT_LEAST}），也没能从 Python 软件源装上它，前端文件无法生成。"
            f"请联网或设好软件源后重试，或先安装 nodejs 和 npm，或从另一台机器复制 site-assets 目录。\n{error}"
        ) from None
    folder = str(Path(sys.executable).parent)
    npm = shutil.which("npm", path=folder)
    if npm is None:
        raise AssetsError(f"Node 的安装包里没有 npm({folder})。请安装系统的 nodejs 和 npm 后重试。")
    return npm, folder


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    words = f"{Path(command[0]).name} {command[1]}"
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise AssetsError(f"{words} 超过 {INSTALL_SECONDS} 秒没有完成。请检查网络或软件源后重试。") from None
    if done.returncode:
        tail = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        raise AssetsError(f"{words} 失败。请检查网络或软件源（软件包的校验值不符也会失败）后重试：\n{tail}")


# --- files ------------------------------------------------------------------------------------------------------


def _assemble(modules: Path, out: Path) -> None:
    for source, target in COPIES.items():
        data = (modules / source).read_bytes()
        path = out / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(SOURCE_MAP.sub(b"", data) if path.suffix in {".js", ".css"} else data)
    (out / "static/vendor/icons.svg").write_text(sprite(modules / "@tabler/icons/icons/outline"), "utf-8")


def sprite(folder: Path) -> str:
    """One SVG with a symbol per icon; colour and stroke come from the page's style sheet."""
    symbols = "\n".join(_symbol(folder / f"{name}.svg", name) for name in sorted(ICONS))
    return f'<svg xmlns="{SVG}">\n{symbols}\n</svg>\n'


def _symbol(path: Path, name: str) -> str:
    if not path.is_file():
        raise AssetsError(f"图标库里没有 {name}。请改正 linghang/ui/icons.txt。")
    ElementTree.register_namespace("", SVG)
    drawing = ElementTree.fromstring(path.read_text("utf-8"))  # noqa: S314 the file's integrity was checked by npm
    shapes = [ElementTree.tostring(shape, encoding="unicode").strip() for shape in drawing if _drawn(shape)]
    inner = "".join(shapes).replace(f' xmlns="{SVG}"', "")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>'


def _drawn(shape: ElementTree.Element) -> bool:
    return shape.get("stroke") != "none"  # the library puts an invisible square under each icon


def _write_manifest(out: Path, recipe: str) -> None:
    manifest = {"recipe": recipe, "files": _hashes(out)}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")


def _swap(fresh: Path, out: Path, old: Path) -> None:
    if out.exists():
        out.rename(old)
    fresh.rename(out)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m linghang.ui.assets", description="生成前端文件和文档字体")
    parser.add_argument("--out", type=Path, default=PROJECT / "site-assets", help="放在哪里")
    options = parser.parse_args(arguments)
    try:
        changed = build(options.out.resolve())
    except AssetsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"前端文件{'已生成' if changed else '已是最新'}：{options.out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
