"""The scope of the starter as it travels with the job: JSON in the row, a scope again in the worker."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from linghang.ui.web.scope import Scope


def scope_snapshot(scope: Scope) -> dict[str, Any]:
    """The scope as JSON values."""
    return {
        "subtrees": list(scope.subtrees),
        "nodes": list(scope.nodes),
        "reader": str(scope.reader) if scope.reader else None,
        "top": str(scope.top) if scope.top else None,
        "on": scope.on.isoformat() if scope.on else None,
        "system_reason": scope.system_reason,
        "posts": [list(post) for post in scope.posts],
    }


def scope_of_snapshot(stored: Mapping[str, Any]) -> Scope:
    """The scope that `scope_snapshot` wrote."""
    return Scope(
        subtrees=tuple(stored["subtrees"]),
        nodes=tuple(stored["nodes"]),
        reader=UUID(stored["reader"]) if stored["reader"] else None,
        top=UUID(stored["top"]) if stored["top"] else None,
        on=date.fromisoformat(stored["on"]) if stored["on"] else None,
        system_reason=stored["system_reason"],
        posts=tuple((role, path) for role, path in stored.get("posts", ())),
    )
