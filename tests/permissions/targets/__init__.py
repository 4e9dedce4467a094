"""What the addresses of the matrix are about: for each one with an object, how to make the object that a cell means.

One module per room. Its `OBJECTS` holds, for an address with parameters, a function of a `Cell` that returns the
address' arguments, or None where the cell makes no sense (then the table must say `-`). Its `DATA` is for objects that
stand in the posted form instead. The object of a cell belongs to `cell.owner`, who is at `cell.place`.
"""

from importlib import import_module
from pkgutil import iter_modules

from tests.permissions.targets.cell import Cell, Maker

__all__ = ["DATA", "OBJECTS", "Cell"]

_ROOMS = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__) if module.name != "cell"]

OBJECTS: dict[str, Maker] = {address: make for room in _ROOMS for address, make in getattr(room, "OBJECTS", {}).items()}
DATA: dict[str, Maker] = {address: make for room in _ROOMS for address, make in getattr(room, "DATA", {}).items()}
