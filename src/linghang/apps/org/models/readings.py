"""学习书目: what a study group, a branch or a team reads from one day to another."""

import pghistory
from django.db import models
from django.db.models import F, Q

from linghang.apps.org.models.dated import IN_FORCE, Dated, StandingManager
from linghang.apps.org.models.organisations import Organisation


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class Reading(Dated):
    """One book, document or article on the list of an organisation; `chapter` says which part of it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="readings")
    title = models.CharField(max_length=120)
    chapter = models.CharField(max_length=120, blank=True)

    objects = StandingManager("organisation__node__path")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="reading_dates_in_order"
            ),
            models.UniqueConstraint(
                fields=["organisation", "title", "chapter"],
                condition=IN_FORCE & Q(valid_to__isnull=True),
                name="reading_once_on_the_list",
            ),
        ]

    def __str__(self) -> str:
        return self.title
