"""A search that found nothing, as it is kept, and for a day who counted."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from planportal.plan.models import Plan
from planportal.search.folding import MOST_CHARACTERS


class Miss(models.Model):
    """Words that found nothing in a plan, and how often; `senders` counts each network once a day.

    Open until somebody settles it, and open again when it is searched in vain after that.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    words = models.CharField("查找的文字", max_length=MOST_CHARACTERS)
    count = models.PositiveIntegerField("次数")
    senders = models.PositiveIntegerField("来源数", default=1)
    first_at = models.DateTimeField("第一次")
    last_at = models.DateTimeField("最近一次")
    settled_at = models.DateTimeField("处理时间", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-count", "-last_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "words"], name="miss_once"),
            models.CheckConstraint(name="miss_was_searched", condition=Q(count__gte=1) & ~Q(words="")),
            models.CheckConstraint(
                name="miss_settled_by_somebody",
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
        ]
        # Open ones in the order in which they make room.
        indexes = [
            models.Index(fields=["plan", "senders", "last_at"], name="miss_open", condition=Q(settled_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.words} ({self.count})"


class MissSender(models.Model):
    """Who searched for words in vain within a day, as a keyed digest that differs for other words and other days."""

    miss = models.ForeignKey(Miss, on_delete=models.CASCADE, related_name="+")
    sender = models.CharField(max_length=64)
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["miss", "sender"], name="miss_sender_once")]
        indexes = [models.Index(fields=["counted_at"], name="miss_sender_by_time")]

    def __str__(self) -> str:
        return f"{self.miss} {self.sender}"
