"""Records about people that other rooms get."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class PersonNumbers:
    """Telephone and ID number of one person, masked or, for a stated reason, in full; '' where there is none."""

    phone: str = field(repr=False)
    id_number: str = field(repr=False)
