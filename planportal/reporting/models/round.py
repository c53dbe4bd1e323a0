"""A year's round of reporting, and the record of what was decided in it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from planportal.plan.models import Plan
from targets.models import Target


class Round(models.Model):
    """The reporting of one year's figures: when it opens and when they are due, unless a task says otherwise."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="rounds")
    year = models.PositiveSmallIntegerField(_("年份"))
    opens_on = models.DateField(_("开放日期"))
    due_on = models.DateField(_("截止日期"))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["plan", "-year"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "year"], name="round_one_a_year"),
            models.CheckConstraint(
                name="round_due_after_opening",
                condition=Q(due_on__gte=models.F("opens_on")),
                violation_error_message=_("截止日期不能早于开放日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.year}"


class ReportingEvent(models.Model):
    """Who decided what about a round, a task or how a target is reported, when and why; written once.

    `detail` says what changed, in words. A refused decision is an event too, with its code.
    """

    class Action(models.TextChoices):
        ROUND_OPENED = "round_opened", _("开启报送")
        ROUND_COMPLETED = "round_completed", _("补建任务")
        ROUND_DATED = "round_dated", _("调整日期")
        TASK_EXTENDED = "task_extended", _("延期")
        DECLARED_UNAVAILABLE = "declared_unavailable", _("声明暂无数据")
        DECLARATION_ENDED = "declaration_ended", _("取消声明")
        PAUSED = "paused", _("暂停催报")
        RESUMED = "resumed", _("恢复催报")
        TARGET_CONFIGURED = "target_configured", _("调整报送设置")
        TARGET_AMENDED = "target_amended", _("调整目标值")
        MAIL_SETTLED = "mail_settled", _("处理未确认邮件")
        CORRECTION_SETTLED = "correction_settled", _("处理纠错")
        REFUSED = "refused", _("拒绝")

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    task = models.ForeignKey("reporting.Task", null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    target = models.ForeignKey(Target, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=20, choices=Action.choices)
    attempted = models.CharField(max_length=20, choices=Action.choices, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    why = models.CharField(max_length=1000, blank=True)
    detail = models.CharField(max_length=1000, blank=True)
    code = models.CharField(max_length=50, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="reporting_event_refusal_has_code",
                condition=(Q(action="refused") & ~Q(code="") & ~Q(attempted="")) | (~Q(action="refused") & Q(code="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d}"
