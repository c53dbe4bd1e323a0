"""What somebody says is wrong on a page, and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from planportal.plan.models import Plan

LONGEST_PAGE = 500
LONGEST_TEXT = 2000
LONGEST_SOURCE = 500
LONGEST_CONTACT = 254
LONGEST_ANSWER = 1000
REFERENCE_LENGTH = 10


class CorrectionKind(models.TextChoices):
    FIGURE = "figure", _("数字有误")
    PLAN = "plan", _("与规划原文不符")
    PAGE = "page", _("链接或网页有问题")
    UNCLEAR = "unclear", _("看不懂")
    OTHER = "other", _("其他")


class CorrectionState(models.TextChoices):
    OPEN = "open", _("待处理")
    ANSWERED = "answered", _("已答复")
    DISMISSED = "dismissed", _("不予采纳")


class Correction(models.Model):
    """One report by anybody, without an account. `reference` cannot be guessed: who has it reads what came of it.

    `page` is an address of this site with its query, "" where the report is about no page. `contact` is blank again
    CONTACT_KEPT after it was settled, `client`, a keyed digest of the sender's network and the day, after a day.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="corrections")
    reference = models.CharField(_("受理编号"), max_length=REFERENCE_LENGTH, unique=True)
    page = models.CharField(_("页面"), max_length=LONGEST_PAGE, blank=True)
    kind = models.CharField(_("问题类型"), max_length=10, choices=CorrectionKind.choices)
    text = models.CharField(_("问题"), max_length=LONGEST_TEXT)
    source = models.CharField(_("依据"), max_length=LONGEST_SOURCE, blank=True)
    contact = models.CharField(_("联系方式"), max_length=LONGEST_CONTACT, blank=True)
    client = models.CharField(max_length=64, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=CorrectionState.choices, default=CorrectionState.OPEN)
    created_at = models.DateTimeField(_("收到"))
    settled_at = models.DateTimeField(_("处理"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.CharField(_("答复"), max_length=LONGEST_ANSWER, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["created_at"], name="correction_by_time"),
            models.Index(fields=["plan", "state"], name="correction_by_state"),
        ]
        constraints = [
            models.CheckConstraint(name="correction_kind_is_known", condition=Q(kind__in=CorrectionKind.values)),
            models.CheckConstraint(
                name="correction_settled_by_somebody",
                condition=Q(state="open", settled_at__isnull=True, settled_by__isnull=True, answer="")
                | (
                    Q(state__in=["answered", "dismissed"], settled_at__isnull=False, settled_by__isnull=False)
                    & ~Q(answer="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
