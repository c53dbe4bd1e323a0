"""The plan document and its goals; every other content hangs on a Plan."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from planportal.plan.definitions import PLAN_CODE
from planportal.plan.places import Place
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

    @property
    def is_parsed(self) -> bool:
        """Whether it is the one plan that the parser reads: what we say of its wording holds of no other."""
        return self.code == PLAN_CODE


class Printed(models.Model):
    """What stands at one place of the plan's text: its part (chapter or annex) and line."""

    part = models.SlugField(_("规划的部分"), max_length=20, blank=True)
    line = models.PositiveIntegerField(_("原文行号"), null=True, blank=True)

    class Meta:
        abstract = True


class Level(models.TextChoices):
    CHAPTER = "chapter", _("章")
    SECTION = "section", _("节")
    ANNEX = "annex", _("附件")


class Heading(Printed):
    """A heading of the plan; a chapter or an annex is a part of it, a section stands in a chapter."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="headings")
    level = models.CharField(_("级别"), max_length=10, choices=Level.choices)
    number = models.PositiveSmallIntegerField(_("序号"))
    title = models.CharField(_("标题"), max_length=100)

    class Meta:
        ordering = ["plan", "line"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "line"], name="heading_line_unique_in_plan"),
            models.CheckConstraint(
                name="heading_level_is_known",
                condition=models.Q(level__in=Level.values),
                violation_error_message=_("没有这个标题级别。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PlanText(models.Model):
    """The official text, loaded by whoever runs the portal; its SHA-256 is the plan's `source_sha256`."""

    plan = models.OneToOneField(Plan, on_delete=models.CASCADE, related_name="text", primary_key=True)
    text = models.TextField(_("原文"))
    loaded_at = models.DateTimeField(_("载入时间"))

    def __str__(self) -> str:
        return str(self.plan)


class Goal(Printed):
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

    @property
    def place(self) -> Place:
        return Place(self.part, self.section, self.title, self.line)
