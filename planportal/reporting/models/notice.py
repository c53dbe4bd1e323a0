"""What a person is told, each thing once; and the e-mail, at most one a day, that carries it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from planportal.corrections.models import Correction
from planportal.plan.models import Plan
from planportal.reporting.models.task import Task
from targets.models import Figure


class NoticeKind(models.TextChoices):
    OPENED = "opened", _("开始填报")
    DUE_SOON = "due_soon", _("即将到期")
    OVERDUE_BLUE = "overdue_blue", _("蓝色催报")
    OVERDUE_ORANGE = "overdue_orange", _("橙色催报")
    OVERDUE_RED = "overdue_red", _("红色催报")
    RETURNED = "returned", _("已退回")
    APPROVED = "approved", _("已通过")
    REVIEW_WAITING = "review_waiting", _("待审核超过时限")
    CORRECTION = "correction", _("收到纠错")


class Digest(models.Model):
    """One person's e-mail of one day. It is claimed before it is sent, so it goes out at most once.

    Claimed and not sent means that nobody knows: it is shown to the administrator, who settles it by other means.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="digests")
    day = models.DateField()
    address = models.EmailField(max_length=254)
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-day", "id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "day"], name="digest_one_a_day"),
            models.CheckConstraint(
                name="digest_sent_was_claimed", condition=Q(sent_at__isnull=True) | Q(claimed_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.day}"


class Notice(models.Model):
    """One thing told to one person; `key` names the occasion, so that jobs that run twice tell it once."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=NoticeKind.choices)
    key = models.CharField(max_length=100)
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.PROTECT, related_name="notices")
    figure = models.ForeignKey(Figure, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    correction = models.ForeignKey(Correction, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    digest = models.ForeignKey(Digest, null=True, blank=True, on_delete=models.PROTECT, related_name="notices")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="notice_once"),
            models.CheckConstraint(name="notice_kind_is_known", condition=Q(kind__in=NoticeKind.values)),
            models.CheckConstraint(
                name="notice_is_about_something",
                condition=Q(task__isnull=False) | Q(figure__isnull=False) | Q(correction__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.key}"
