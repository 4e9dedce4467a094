"""What a link may join."""

from django.utils.translation import gettext as _

from linghang.apps.org.data.links import END_LABELS
from linghang.apps.org.queries.ends import FoundEnd
from linghang.engine.packs.link_model import LinkKind
from linghang.ui.web.errors import DomainError


def refuse_wrong_ends(kind: LinkKind, left: FoundEnd, right: FoundEnd) -> None:
    """Both ends are of the sorts that the kind joins, there on the day, of one unit, and not the same."""
    _refuse_wrong_sort(left, kind.left, "left")
    _refuse_wrong_sort(right, kind.right, "right")
    if left.top_id != right.top_id:
        raise DomainError("other_unit", _("两边不在同一个单位，不能登记联系。"), field="right")
    if left.row.uuid == right.row.uuid:
        raise DomainError("linked_to_itself", _("不能和自己建立联系，请另选一方。"), field="right")


def _refuse_wrong_sort(found: FoundEnd, words: tuple[str, ...], side: str) -> None:
    if not found.there:
        sentence = _("“%s”在这一天不在册（还没有成立，或者已经结束）。请核对日期。") % found.row
        raise DomainError("end_not_there", sentence, field=side)
    if found.words.isdisjoint(words):
        told = {"name": str(found.row), "wanted": "、".join(str(END_LABELS[word]) for word in words)}
        raise DomainError("wrong_end", _("“%(name)s”不是%(wanted)s，请另选。") % told, field=side)
