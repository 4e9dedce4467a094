"""Activation slips: printed by the branch, handed over in person, used once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.access.codes import code_digest, new_code
from linghang.apps.access.data import Slip
from linghang.apps.access.models import ActivationSlip, User
from linghang.apps.access.operations.accounts import (
    note_in_history,
    refuse_unmanageable,
    set_password,
    user_of,
)
from linghang.apps.access.policies import SLIP_LIFETIME
from linghang.apps.access.queries import get_node, get_user, waiting_users
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

PURPOSE = "activation"
AT_ONCE = 500


def issue_slips(*, node: UUID | None, users: Sequence[UUID], actor: Viewer, now: datetime) -> list[Slip]:
    """Make one slip each for the named accounts, or for all accounts of a node that were never activated.

    The codes are only in the returned records. A former slip of the same account stops being valid; the present
    password stays until the new code is used, so that a misprint locks nobody out.
    """
    chosen = [get_user(uuid) for uuid in users]
    if node is not None:
        chosen += list(waiting_users(get_node(node)).select_related("home")[:AT_ONCE])
    for user in chosen:
        refuse_unmanageable(actor, user, day_of(now))
    with writing(actor, "issue_slips"):
        issuer = user_of(actor)
        return [_issue(user, issuer, now) for user in chosen]


def _issue(user: User, issuer: User | None, now: datetime) -> Slip:
    if not user.is_active:
        raise DomainError("account_stopped", _("账号“%(name)s”已停用，请先恢复。") % {"name": user.display_name})
    code = new_code()
    user.slips.filter(used_at=None, withdrawn_at=None).update(withdrawn_at=now)
    ActivationSlip.objects.create(
        user=user,
        digest=code_digest(code, PURPOSE),
        issued_at=now,
        issued_by=issuer,
        expires_at=now + SLIP_LIFETIME,
    )
    note_in_history(user)
    home = user.home.label if user.home else ""
    return Slip(user.username, user.display_name, home, code, now + SLIP_LIFETIME)


def activate_account(*, code: str, password: str, now: datetime) -> str:
    """Use a slip: set the password of its account and return the user name. Wrong, used and expired read the same."""
    slip = (
        ActivationSlip.objects.select_related("user")
        .filter(digest=code_digest(code, PURPOSE), used_at=None, withdrawn_at=None, expires_at__gt=now)
        .first()
    )
    if slip is None or not slip.user.is_active:
        raise DomainError("bad_code", _("激活码不对、已用过或已过期。请核对激活单，或向本支部重新领取。"), field="code")
    with writing(Viewer(uuid=slip.user.uuid, name=slip.user.display_name), "activate_account"):
        used = ActivationSlip.objects.filter(pk=slip.pk, used_at=None).update(used_at=now)
        if not used:  # the same slip in two browsers at once
            raise DomainError("bad_code", _("激活码刚刚被使用过。"), field="code")
        set_password(user=slip.user, password=password)
    return slip.user.username
