"""Who is looking: a plain record that `access` puts on the request and every other app may read."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID


@dataclass(frozen=True)
class Grant:
    """One post of the viewer that holds today. `path` is the place in the tree of organisations, '' for none."""

    role: str
    path: str
    top: UUID | None
    label: str


@dataclass(frozen=True)
class Viewer:
    """The signed-in user, or nobody. `top` is the one top organisation that this visit looks into."""

    uuid: UUID | None = None
    name: str = ""
    top: UUID | None = None
    grants: tuple[Grant, ...] = ()

    @property
    def signed_in(self) -> bool:
        return self.uuid is not None

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants)

    def has(self, *roles: str) -> bool:
        """Whether one of the roles is held today, anywhere."""
        return not self.roles.isdisjoint(roles)


NOBODY = Viewer()
