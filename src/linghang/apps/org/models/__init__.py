"""Tables of this room; Django looks for them here."""

from linghang.apps.org.models.careers import Membership, PersonClass, Post, RosterSpan, Standing, Term
from linghang.apps.org.models.links import Area, Category, Link, Succession
from linghang.apps.org.models.merging import PersonMerge
from linghang.apps.org.models.organisations import Naming, Organisation, Placement
from linghang.apps.org.models.people import Person
from linghang.apps.org.models.readings import Reading
from linghang.apps.org.models.registers import ContactCheck, Mobility, Transfer
from linghang.apps.org.search.models import Findable

__all__ = [
    "Area",
    "Category",
    "ContactCheck",
    "Findable",
    "Link",
    "Membership",
    "Mobility",
    "Naming",
    "Organisation",
    "Person",
    "PersonClass",
    "PersonMerge",
    "Placement",
    "Post",
    "Reading",
    "RosterSpan",
    "Standing",
    "Succession",
    "Term",
    "Transfer",
]
