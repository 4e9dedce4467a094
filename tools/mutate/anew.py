"""Runs pytest in this process with one changed module: `LINGHANG_MUTANT` = ["settle/late.py", 12]."""

import importlib.machinery
import json
import os
import sys
from types import CodeType

from tools.mutate.asking import OPTIONS, prepare
from tools.mutate.changes import changed
from tools.mutate.session import ENGINE


def plant(file: str, number: int) -> None:
    """From now on the file is imported with its change."""
    path = str(ENGINE / file)
    real = importlib.machinery.SourceFileLoader.get_code

    def get_code(self: importlib.machinery.SourceFileLoader, name: str) -> CodeType | None:
        if self.path == path:
            return compile(changed((ENGINE / file).read_text("utf-8"), number), path, "exec")
        return real(self, name)

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign]  # that is the change


def main(arguments: list[str]) -> int:
    plant(*json.loads(os.environ["LINGHANG_MUTANT"]))
    prepare()
    import pytest

    return int(pytest.main([*OPTIONS, *arguments]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
