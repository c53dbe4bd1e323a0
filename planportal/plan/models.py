"""The plan document and its goals; every other content hangs on a Plan."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from planportal.web.writing import translated


class Plan(models.Model):
    """A government plan: its period, and the document that it was read from."""

    code = models.SlugField(_("代码"), max_length=50, unique=True)
    title = models.CharField(_("名称"), max_length=200)
    start_year = models.PositiveSmallIntegerField(_("起始年"))
    end_year = models.PositiveSmallIntegerField(_("目标年"))
    issued_on = models.DateField(_("印发日期"))
    source_sha256 = models.CharField(_("原文 SHA-256"), max_length=64)
    loaded_at = models.DateTimeField(_("载入时间"), help_text="When its content last changed by seed.")

    class Meta:
        ordering = ["start_year", "code"]
        constraints = [
            models.CheckConstraint(
                name="plan_period_has_length",
                condition=models.Q(end_year__gte=models.F("start_year")),
                violation_error_message=_("目标年不能早于起始年。"),
            )
        ]

    def __str__(self) -> str:
        return translated(self.title)

    @property
    def base_year(self) -> int:
        """The year before the plan begins, from which progress is measured."""
        return self.start_year - 1

    @property
    def is_default(self) -> bool:
        return self.code == settings.DEFAULT_PLAN


class Goal(models.Model):
    """A goal of the plan; one without targets is qualitative and is shown as such."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="goals")
    number = models.PositiveSmallIntegerField(_("序号"))
    title = models.CharField(_("目标群"), max_length=200)
    section = models.CharField(_("规划章节"), max_length=100)

    class Meta:
        ordering = ["plan", "number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="goal_number_unique_in_plan")]

    def __str__(self) -> str:
        return f"{self.number} {translated(self.title)}"
