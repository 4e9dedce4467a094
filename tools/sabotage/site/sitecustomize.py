"""Found first on the path of a process that a sabotaged test starts: there, too, the named function does nothing."""

import importlib.machinery
import os
import sys
from collections.abc import Sequence
from types import ModuleType

MODULE, _, NAME = os.environ.get("SABOTAGED", "").rpartition(".")


class _Finder(importlib.machinery.PathFinder):
    """Lets the usual finder find the module, and changes one name of it once it is loaded."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        spec = super().find_spec(fullname, path, target) if fullname == MODULE else None
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                load(module)
                setattr(module, NAME, lambda *_given, **_named: None)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]  # this one loader, of this one module
        return spec


if MODULE:
    sys.meta_path.insert(0, _Finder)
