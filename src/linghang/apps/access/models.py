"""Accounts, the tree of organisations as far as permissions need it, posts, and one-time codes.

A person (org) has 0..1 user; a user is never a person's file. `org` hangs its organisations on `ScopeNode`.
"""

from datetime import date
from typing import ClassVar
from uuid import uuid4

import pghistory
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linghang.apps.access.data import ROLES
from linghang.ui.web.scope import ScopedManager
from linghang.ui.web.sealed import SealedTextField

NOTED = "note"  # in the history of an account: something was done to it that changes no column of its row


class ScopeNode(models.Model):
    """A place in the tree. `path` is the chain of ids from the top ("00000004/00000017/"); a prefix is a subtree."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    top = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=200, unique=True)
    label = models.CharField(max_length=120)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = ScopedManager("path")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="scopenode_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def depth(self) -> int:
        """0 at the top."""
        return self.path.count("/") - 1


class UserManager(BaseUserManager["User"]):
    """Unscoped, because signing in happens before any scope is open; lists of accounts use `User.scoped`."""


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.ManualEvent(NOTED),  # type: ignore[no-untyped-call]  # pghistory annotates only some of its trackers
    exclude=["password"],
    append_only=True,
)
class User(AbstractBaseUser):
    """One account. Signs in by user name; no e-mail address is needed. `home` is the branch that looks after it.

    `for_demo`: made for a demo installation, and of use only on the machine that it runs on.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    username = models.CharField(_("用户名"), max_length=60, unique=True)
    display_name = models.CharField(_("姓名"), max_length=60)
    home = models.ForeignKey(ScopeNode, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=True)
    for_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    last_login = None  # when somebody was last online is nobody's business

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    objects = UserManager()
    scoped = ScopedManager("home__path", owner="uuid")

    def __str__(self) -> str:
        return self.display_name

    def get_full_name(self) -> str:
        return self.display_name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class RoleGrant(models.Model):
    """A user holds a role at a node from one day to another, both included; it ends by date."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=30)
    node = models.ForeignKey(ScopeNode, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()

    objects = ScopedManager("node__path", owner="user__uuid")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=sorted(ROLES)), name="rolegrant_known_role"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="rolegrant_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(node__isnull=False) | Q(role="system_admin"), name="rolegrant_only_admin_has_no_node"
            ),
        ]
        indexes = [models.Index(fields=["user", "valid_from", "valid_to"], name="rolegrant_user_dates")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"

    def holds_on(self, day: date) -> bool:
        """Whether the post is held on that day, the first and the last day included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class ActivationSlip(models.Model):
    """A one-time code, printed and handed over; only its keyed hash is stored. A new slip replaces the open one."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="slips")
    digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(used_at__isnull=True, withdrawn_at__isnull=True), name="slip_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.issued_at:%Y-%m-%d}"


class BackupCode(models.Model):
    """A code for the day the phone is lost: keyed hash, used once and then gone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="backup_codes")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="backupcode_once")]

    def __str__(self) -> str:
        return f"{self.user_id}"


class Authenticator(models.Model):
    """The phone that shows one-time passwords. `secret` is base32; it counts once `confirmed`.

    `last_step` (of thirty seconds) keeps a password from being used twice and is forgotten when that cannot happen any
    more: it would say when somebody was last here. Times are seconds since 1970 by the clock that phones have, also
    where a demonstration pretends another day.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="authenticators")
    secret = SealedTextField()
    confirmed = models.BooleanField(default=False)
    last_step = models.BigIntegerField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    failed_at = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "confirmed"], name="authenticator_one_in_use")]

    def __str__(self) -> str:
        return f"{self.user_id}"
