"""Tables of this room; Django looks for them here."""

from linghang.apps.org.models.organisations import Naming, Organisation, Placement
from linghang.apps.org.models.people import Person

__all__ = ["Naming", "Organisation", "Person", "Placement"]
