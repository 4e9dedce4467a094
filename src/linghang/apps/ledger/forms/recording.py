"""Recording: the form of one occasion, and what it asks of each person.

Everything that is known is filled in: today, the organisation, everybody of its roster as present. Who keeps the
records picks for those who were away why they were.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.apps.ledger.data.gathering import Attendee, Gathering, PersonLine
from linghang.apps.ledger.data.identity import new_uuid
from linghang.apps.ledger.data.occasions import AWAY, NO_REASON, PRESENCE, REASON, THERE, Occasion
from linghang.apps.ledger.data.records import NewEvidence
from linghang.apps.ledger.forms.listing import offer
from linghang.apps.ledger.queries.pages_words import said
from linghang.apps.org.data import OrganisationLine
from linghang.engine.packs.model import Attribute, FactKind
from linghang.engine.points import UNIT, parse_quantity
from linghang.ui.web.forms import DayField, LongChoiceField

SINGLE_UNITS = ("次", "件", "人次")
DEPTH = "　"
ABSENTEES, ATTENDEES = "away", "came"


class RecordForm(forms.Form):
    """The form of one occasion; fields for its attributes are made from the pack."""

    event = forms.UUIDField(widget=forms.HiddenInput)
    place = LongChoiceField(label=gettext_lazy("组织"))
    day = DayField(label=gettext_lazy("日期"))
    quantity = forms.CharField(label=gettext_lazy("数量"), max_length=12)
    title = forms.CharField(label=gettext_lazy("主题"), max_length=120, required=False)
    number = forms.CharField(
        label=gettext_lazy("活动编号"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("当天同类活动有两次的才须填写"),
    )
    sequence = forms.IntegerField(label=gettext_lazy("当天第几次"), min_value=1, max_value=20, initial=1)
    proof = forms.CharField(label=gettext_lazy("佐证文号、链接或会签人"), max_length=300, required=False)

    def __init__(
        self, *args: Any, occasion: Occasion, hosts: Sequence[OrganisationLine], single: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.occasion, self.single = occasion, single
        least = min((host.depth for host in hosts), default=0)
        offer(self, "place", [(str(host.uuid), DEPTH * (host.depth - least) + host.name) for host in hosts])
        self.fields["event"].initial = new_uuid()
        if occasion.main.unit in SINGLE_UNITS:
            del self.fields["quantity"]
        else:
            self.fields["quantity"].help_text = occasion.main.unit
        for name in ("number",) if single else ("sequence",):
            del self.fields[name]
        for name, attribute in self.attributes():
            self.fields[name] = choice_of(attribute)

    def attributes(self) -> Iterator[tuple[str, Attribute]]:
        """Field name and attribute of everything that is the same for all people, and of the organisation's record."""
        own: tuple[tuple[str, FactKind | None, Mapping[str, str]], ...] = (
            ("a", self.occasion.member, self.occasion.fixed),
            ("h", self.occasion.host, self.occasion.host_fixed),
        )
        for prefix, kind, fixed in own:
            for attribute in kind.attributes.values() if kind else ():
                personal = prefix == "a" and self.occasion.absentees and attribute.id in (PRESENCE, REASON)
                if attribute.id not in fixed and not personal:
                    yield f"{prefix}-{attribute.id}", attribute

    def attribute_fields(self) -> list[forms.BoundField]:
        return [self[name] for name, _attribute in self.attributes()]

    def clean_quantity(self) -> int:
        """Ten-thousandths of the kind's unit."""
        try:
            return parse_quantity(self.cleaned_data["quantity"])
        except ValueError as error:
            raise forms.ValidationError(_("请填数字，例如2或1.5。")) from error

    def gathering(self, people: Sequence[Attendee], evidence: Sequence[NewEvidence]) -> Gathering:
        """What the form says; call when it is valid."""
        given = self.cleaned_data
        chosen = {name: given[name] for name, _attribute in self.attributes() if given[name]}
        proofs = (
            [NewEvidence("text" if "://" in given["proof"] else "number", given["proof"])] if given["proof"] else []
        )
        return Gathering(
            occasion=self.occasion.id,
            organisation=UUID(given["place"]),
            day=given["day"],
            people=people,
            attributes={name[2:]: value for name, value in chosen.items() if name.startswith("a-")},
            host_attributes={name[2:]: value for name, value in chosen.items() if name.startswith("h-")},
            quantity=given.get("quantity", UNIT),
            number=given.get("number", "").strip(),
            texts={"title": given["title"]} if given["title"].strip() else {},
            evidence=[*proofs, *evidence],
            uuid=given["event"],
        )


def choice_of(attribute: Attribute) -> forms.ChoiceField:
    """One of an attribute's values."""
    values = [(value, said(title)) for value, title in attribute.values.items()]
    empty = [] if attribute.required else [("", "—")]
    return forms.ChoiceField(label=said(attribute.title), choices=[*empty, *values], required=attribute.required)


@dataclass(frozen=True)
class RollLine:
    """One person on the form: ticked or not, and what is said of him: `present`, `late`, `absent.sick`."""

    person: PersonLine
    ticked: bool
    said: str
    reason: str


@dataclass(frozen=True)
class Pick:
    """One thing that a tap can say of a person; `asks` for a reason besides."""

    value: str
    label: str
    asks: bool = False


class Roll:
    """The list of people on the form. Of a meeting each is there unless something else is picked for him: one tap says
    that he was away and why. Being late and the like may have a reason besides."""

    def __init__(
        self, occasion: Occasion, people: Sequence[PersonLine], data: Mapping[str, Any] | None, mode: str
    ) -> None:
        self.occasion, self.people, self.mode = occasion, people, mode
        self.ticked = set(data.getlist("who")) if data is not None else set()  # type: ignore[attr-defined]  # a QueryDict
        self.data = data or {}

    @property
    def picks(self) -> list[Pick]:
        """There, each reason for being away, being away without one, everything else."""
        titles = dict(self._values(PRESENCE))
        away = [Pick(f"{AWAY}.{value}", label) for value, label in self.reasons if value != NO_REASON]
        there, plain = ([Pick(one, titles[one]) for one in (value,) if one in titles] for value in (THERE, AWAY))
        rest = [Pick(value, label, asks=True) for value, label in titles.items() if value not in (THERE, AWAY)]
        return [*there, *away, *plain, *rest]

    @property
    def reasons(self) -> list[tuple[str, str]]:
        return self._values(REASON)

    def _values(self, name: str) -> list[tuple[str, str]]:
        kind = self.occasion.member
        if kind is None or name not in kind.attributes:
            return []
        return [(value, said(title)) for value, title in kind.attributes[name].values.items()]

    def rows(self) -> Iterator[RollLine]:
        """Each person with what was ticked or picked for him."""
        for person in self.people:
            uuid = str(person.uuid)
            picked = self.data.get(f"roll-{uuid}", THERE)
            yield RollLine(person, uuid in self.ticked, picked, self.data.get(f"reason-{uuid}", NO_REASON))

    def attendees(self) -> list[Attendee]:
        """Everybody of a meeting with whether he was there; of any other occasion those who were ticked."""
        named = [line for line in self.rows() if self.occasion.absentees or line.ticked]
        return [Attendee(line.person.uuid, self._own(line)) for line in named]

    def _own(self, line: RollLine) -> dict[str, str]:
        if not self.occasion.absentees:
            return {}
        if self.mode == ATTENDEES:
            return self._known({PRESENCE: THERE if line.ticked else AWAY})
        presence, _dot, reason = line.said.partition(".")
        named = reason or (NO_REASON if presence in (THERE, AWAY) else line.reason)
        return self._known({PRESENCE: presence, REASON: named})

    def _known(self, values: dict[str, str]) -> dict[str, str]:
        """With every attribute that the kind wants of each person."""
        kind = self.occasion.member
        known = kind.attributes if kind else {}
        return {name: value for name, value in ({REASON: NO_REASON} | values).items() if name in known}


class SheetForm(forms.Form):
    """Which sign-in sheet is wanted."""

    what = forms.CharField(max_length=60)
    place = forms.UUIDField()
    day = DayField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["as"] = forms.ChoiceField(choices=[("word", "Word"), ("pdf", "PDF")])
