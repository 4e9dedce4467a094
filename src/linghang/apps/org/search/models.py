"""The index of everything that can be found. Derived: it has no history, and a rebuild makes it anew."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from linghang.ui.web.scope import ScopedManager, ScopedQuerySet, current_scope


class FindableManager(ScopedManager["Findable"]):
    """What the open scope reaches, and what the reader finds wherever it hangs."""

    def get_queryset(self) -> models.QuerySet["Findable"]:
        scope = current_scope()
        within = scope.condition("node__path", "home__path")
        if within and scope.reader:
            within |= Q(readers__contains=[scope.reader])
        return ScopedQuerySet[Findable](self.model, using=self._db).filter(within)


class Findable(models.Model):
    """One thing. `words` holds the title, then all other words that are searched, a line each, normalised.

    `pieces` are numbers of short pieces of the words, and marks of its kind, of where it hangs and of its readers
    (`words.mark`): with them one look into the index finds what lies below a place.
    """

    kind = models.CharField(max_length=30)
    uuid = models.UUIDField()
    node = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+", db_index=False)
    home = models.ForeignKey("access.ScopeNode", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    top = models.ForeignKey("access.ScopeNode", on_delete=models.PROTECT, related_name="+", db_index=False)
    readers: "ArrayField[list[UUID], list[UUID]]" = ArrayField(models.UUIDField(), default=list)
    title = models.CharField(max_length=200)
    line = models.CharField(max_length=200, blank=True)
    day = models.DateField(null=True)
    words = models.TextField()
    pieces: "ArrayField[list[int], list[int]]" = ArrayField(models.IntegerField())

    objects = FindableManager("node__path", "home__path")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "uuid"], name="findable_once")]
        indexes = [
            GinIndex(fields=["pieces"], name="findable_pieces"),
            models.Index("kind", "top", models.F("day").desc(nulls_last=True), name="findable_newest"),
        ]

    def __str__(self) -> str:
        return self.title
