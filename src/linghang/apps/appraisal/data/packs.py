"""What other rooms and the pages may know of packs in force."""

from enum import StrEnum


class PackState(StrEnum):
    """Where a version of a pack stands."""

    DRAFT = "draft"  # may be changed and removed
    OFFERED = "offered"  # one person has asked to publish it, another one must
    PUBLISHED = "published"  # may be bound; its content stays
    WITHDRAWN = "withdrawn"  # not bound anew; where it held it stays readable
