"""A seal: one link of the hash chain over the history."""

from django.db import models
from django.db.models import Q


class Seal(models.Model):
    """A batch of rows of history, sealed after their transactions; written once.

    `spans`: by table what is covered: `first` and `last` id (`last` is `first` - 1 where nothing is new), `missing`
    ranges of ids that were not there, `late` ids of earlier seals' missing ones that appeared since, the `columns`,
    and whether it is `complete`: nothing was left for the next seal.
    `marks`: by table the first 16 hexadecimal digits of each row's own SHA-256, to tell which row was changed.
    `previous` is the digest of the seal before, of the first one 64 zeros.
    """

    number = models.PositiveIntegerField(primary_key=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    spans = models.JSONField()
    marks = models.JSONField()
    rows = models.PositiveIntegerField()
    # Whether it leaves missing ids or brings late ones: few do, and only they say which rows may still appear.
    has_gaps = models.BooleanField()
    sealed_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["number"], condition=Q(has_gaps=True), name="seal_with_gaps")]
        constraints = [
            models.CheckConstraint(name="seal_numbered_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(name="seal_covers_something", condition=Q(rows__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"
