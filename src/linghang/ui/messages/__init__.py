"""Texts on screens: Chinese msgids in code and templates, an English catalogue per room in `locale/en`.

python -m linghang.ui.messages compile    .po → .mo for every room, without any gettext program
python -m linghang.ui.messages missing    msgids without an English text, ready to paste into each room's .po
"""

from linghang.ui.messages.compiling import compile_all
from linghang.ui.messages.extracting import Message, missing

__all__ = ["Message", "compile_all", "missing"]
