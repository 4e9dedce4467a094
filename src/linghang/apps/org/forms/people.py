"""What the pages about people ask for."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linghang.apps.org.data import (
    CONTACT_METHODS,
    DIRECTIONS,
    LEAVE_REASONS,
    MEMBERSHIP_KINDS,
    STANDINGS,
    TITLES,
    DatedLine,
    OrganisationLine,
    PersonCard,
)
from linghang.apps.org.data.posts import BRANCHES
from linghang.apps.org.policies import may_belong
from linghang.ui.web.forms import DayField, LongChoiceField, offer

Choices = list[tuple[str, str | Promise]]
ALL: Choices = [("", _("全部"))]
NONE: Choices = [("", _("不选"))]
WAYS: Choices = [("out", _("流出（组织关系留在本支部）")), ("in", _("流入")), ("abroad", _("出国（境）"))]


def places(rows: Iterable[OrganisationLine], kind: str) -> Choices:
    """Organisations to which one may belong in this way, indented as the tree is."""
    return [(str(row.uuid), "　" * row.depth + row.name) for row in rows if may_belong(kind, row.kind)]


class RosterFilterForm(forms.Form):
    q = forms.CharField(label=_("姓名、曾用名或工号"), required=False, max_length=60)
    place = forms.CharField(label=_("组织名称或编码（含下级）"), required=False, max_length=60)
    standing = LongChoiceField(
        label=_("政治面貌"), required=False, choices=[*ALL, ("party", _("党员（含预备）")), *STANDINGS.items()]
    )
    person_class = LongChoiceField(label=_("类别"), required=False)
    state = LongChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("在册")), ("away", _("流动在外")), ("on_the_way", _("转接在途"))],
    )
    on = DayField(label=_("哪一天的名册"), required=False)

    def __init__(self, *args: Any, classes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person_class"] = LongChoiceField(
            label=_("类别"), required=False, choices=[*ALL, *((word, word) for word in classes)]
        )
        self.order_fields(["q", "place", "standing", "person_class", "state", "on"])


class AddPersonForm(forms.Form):
    """What is asked of a new person: eight fields at most, two of them needed."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    code = forms.CharField(label=_("工号"), max_length=40, required=False)
    branch = forms.ChoiceField(label=_("所在支部"), required=False, help_text=_("组织关系所在；非党员不填"))
    unit = forms.ChoiceField(label=_("所在单位或部门"), required=False)
    standing = forms.ChoiceField(label=_("政治面貌"), choices=list(STANDINGS.items()))
    person_class = forms.ChoiceField(label=_("类别"), required=False)
    since = DayField(label=_("从哪天起在这里"))
    came_from = forms.CharField(label=_("从哪里来"), max_length=120, required=False)

    def __init__(self, *args: Any, rows: list[OrganisationLine], classes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, kind in (("branch", "party"), ("unit", "work")):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [*NONE, *places(rows, kind)]
        word = self.fields["person_class"]
        assert isinstance(word, forms.ChoiceField)
        word.choices = [*NONE, *((one, one) for one in classes)]


class ChangeForm(forms.Form):
    """The base of all changes to one person: subclasses take what they choose from."""

    def __init__(
        self, data: Any = None, *, card: PersonCard, rows: list[OrganisationLine], classes: list[str], day: date
    ) -> None:
        self.card, self.rows, self.classes, self.day = card, rows, classes, day
        super().__init__(data, initial=self.begin())
        self.offer()

    def begin(self) -> dict[str, Any]:
        """What stands in the fields at first: today in those that need a day."""
        days = (name for name, field in self.base_fields.items() if isinstance(field, DayField) and field.required)
        return dict.fromkeys(days, self.day)

    def offer(self) -> None:
        """Fill the choices."""

    def _choose(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class WhoForm(ChangeForm):
    name = forms.CharField(label=_("姓名"), max_length=60, help_text=_("改名后，原来的名字仍可查到"))
    code = forms.CharField(label=_("工号"), max_length=40, required=False)
    aliases = forms.CharField(label=_("曾用名和其他写法"), max_length=300, required=False, help_text=_("用顿号分开"))
    born_year = forms.IntegerField(
        label=_("出生年份"), required=False, min_value=1900, max_value=2100, help_text=_("只用于青年小组的年龄条件")
    )

    def begin(self) -> dict[str, Any]:
        aliases = "、".join(self.card.aliases)
        return {"name": self.card.name, "code": self.card.code, "aliases": aliases, "born_year": self.card.born_year}

    def clean_aliases(self) -> list[str]:
        written = str(self.cleaned_data["aliases"]).replace("，", "、").replace(",", "、")
        return [part.strip() for part in written.split("、") if part.strip()]


class NumbersForm(ChangeForm):
    phone = forms.CharField(label=_("手机号"), max_length=30, required=False)
    id_number = forms.CharField(label=_("身份证号"), max_length=30, required=False, help_text=_("可以不填"))


class StandingForm(ChangeForm):
    status = forms.ChoiceField(label=_("政治面貌"), choices=list(STANDINGS.items()))
    valid_from = DayField(label=_("从哪天起"), help_text=_("以会议或批复的日期为准"))

    def begin(self) -> dict[str, Any]:
        return super().begin() | {"status": self.card.standing}


class ClassForm(ChangeForm):
    person_class = forms.ChoiceField(label=_("类别"), required=False)
    valid_from = DayField(label=_("从哪天起"))

    def offer(self) -> None:
        self._choose("person_class", [*NONE, *((word, word) for word in self.classes)])

    def begin(self) -> dict[str, Any]:
        return super().begin() | {"person_class": self.card.person_class}


class JoinForm(ChangeForm):
    where = forms.ChoiceField(label=_("加入哪里"))
    valid_from = DayField(label=_("从哪天起"))
    came_from = forms.CharField(label=_("从哪里来"), max_length=120, required=False)

    def offer(self) -> None:
        groups = [
            (label, [(f"{kind}:{uuid}", name) for uuid, name in places(self.rows, kind)])
            for kind, label in MEMBERSHIP_KINDS.items()
            if kind != "party" or not self.card.branch_uuid
        ]
        self._choose("where", [(label, found) for label, found in groups if found])  # type: ignore[misc]  # grouped choices


class LeaveForm(ChangeForm):
    membership = forms.ChoiceField(label=_("离开哪里"))
    last_day = DayField(label=_("最后一天"), help_text=_("当天还在这里；在这里的职务同时到期"))
    reason = forms.ChoiceField(label=_("原因"), choices=list(LEAVE_REASONS.items()))
    went_to = forms.CharField(label=_("去往哪里"), max_length=120, required=False)
    receipt_number = forms.CharField(label=_("回执号"), max_length=60, required=False)

    def offer(self) -> None:
        self._choose(
            "membership", [(str(line.uuid), _line(line)) for line in self.card.memberships if line.until is None]
        )


class TransferForm(ChangeForm):
    to_organisation = forms.ChoiceField(label=_("转往本单位的支部"), required=False)
    to_text = forms.CharField(label=_("或转往外单位"), max_length=120, required=False)
    sent_on = DayField(label=_("转出日期"))
    due_on = DayField(label=_("介绍信有效期至"), required=False, help_text=_("不填按90天算"))
    document_number = forms.CharField(label=_("介绍信编号"), max_length=60, required=False)

    def offer(self) -> None:
        found = [choice for choice in places(self.rows, "party") if choice[0] != str(self.card.branch_uuid)]
        self._choose("to_organisation", [*NONE, *found])


class AppointForm(ChangeForm):
    post = forms.ChoiceField(label=_("职务"))
    valid_from = DayField(label=_("从哪天起"))
    document = forms.CharField(label=_("任职文号"), max_length=80, required=False)

    def offer(self) -> None:
        groups = [
            (row.name, [(f"{row.uuid}:{info.code}", info.label) for info in TITLES.values() if row.kind in info.where])
            for row in self.rows
            if row.kind not in BRANCHES or row.uuid == self.card.branch_uuid
        ]
        self._choose("post", [(name, titles) for name, titles in groups if titles])  # type: ignore[misc]  # grouped choices


class MobilityForm(ChangeForm):
    direction = forms.ChoiceField(label=_("方向"), choices=WAYS)
    place = forms.CharField(
        label=_("去往（来自）的城市、单位，或国家（地区）"), max_length=60, required=False, help_text=_("不写住址")
    )
    contact_branch = forms.CharField(label=_("联系的党组织"), max_length=120, required=False)
    valid_from = DayField(label=_("从哪天起"))
    expected_back = DayField(label=_("预计哪天回来"), required=False, help_text=_("出国（境）的请填，过了这天提醒核实"))


class ContactForm(ChangeForm):
    method = forms.ChoiceField(
        label=_("联系方式"), choices=[choice for choice in CONTACT_METHODS.items() if choice[0] != "self"]
    )
    outcome = forms.ChoiceField(label=_("结果"), choices=[("reached", _("联系上了")), ("failed", _("没有联系上"))])
    checked_on = DayField(label=_("日期"))


class AccountForm(ChangeForm):
    username = forms.CharField(
        label=_("用户名"), max_length=60, help_text=_("账号在“账号”页建立，由本支部照管的才能关联")
    )


class MergePeopleForm(forms.Form):
    """Which entry is the same person, and how that was checked."""

    other = forms.ChoiceField(label=_("去掉哪一条"))
    reason = forms.CharField(
        label=_("怎样核对的"), max_length=200, help_text=_("例如：经本人确认，工号是入职前后两次编的")
    )

    def __init__(self, *args: Any, doubles: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "other", doubles)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("用途"), max_length=200, help_text=_("本人能看到谁、何时、为什么看过"))


class EndForm(forms.Form):
    last_day = DayField(label=_("最后一天"))


class ReceiveForm(forms.Form):
    received_on = DayField(label=_("接收日期"))
    receipt_number = forms.CharField(label=_("回执号"), max_length=60, required=False)


class TransferFilterForm(forms.Form):
    q = forms.CharField(label=_("姓名或工号"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("状态"), required=False)

    def __init__(self, *args: Any, states: dict[str, Promise], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"] = forms.ChoiceField(label=_("状态"), required=False, choices=[*ALL, *states.items()])


class MobilityFilterForm(forms.Form):
    q = forms.CharField(label=_("姓名或工号"), required=False, max_length=60)
    direction = forms.ChoiceField(label=_("方向"), required=False, choices=[*ALL, *DIRECTIONS.items()])
    past = forms.BooleanField(label=_("含已结束"), required=False)


class ContactFilterForm(forms.Form):
    q = forms.CharField(label=_("姓名或工号"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[*ALL, ("due", _("超过半年")), ("never", _("还没有核对过")), ("failed", _("最近一次没联系上"))],
    )


class FormerFilterForm(forms.Form):
    q = forms.CharField(label=_("姓名或工号"), required=False, max_length=60)
    reason = forms.ChoiceField(label=_("原因"), required=False, choices=[*ALL, *LEAVE_REASONS.items()])


class TermFilterForm(forms.Form):
    q = forms.CharField(label=_("组织名称"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[
            *ALL,
            ("overdue", _("已届满")),
            ("soon", _("半年内届满")),
            ("serving", _("任期内")),
            ("none", _("未登记")),
        ],
    )


class TermForm(forms.Form):
    number = forms.IntegerField(label=_("第几届"), min_value=1, max_value=99)
    elected_on = DayField(label=_("选举日期"))
    approved_on = DayField(label=_("批复日期"), required=False)
    ends_on = DayField(label=_("任期届满日期"), help_text=_("一般三年（党委五年），自选举之日起算"))


class ExtendForm(forms.Form):
    extended_to = DayField(label=_("延期到"))
    document = forms.CharField(label=_("批复文号"), max_length=80)


def _line(line: DatedLine) -> str:
    return f"{line.where}（{line.title}）"
