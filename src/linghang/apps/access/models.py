"""Users: who may sign in. A person (org) has 0..1 user; a user is never a person's file."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """One account."""
