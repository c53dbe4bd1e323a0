"""Priority fields, what the plan ties to them, and their numbered research directions (annex 1)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from planportal.plan.models import Plan
from planportal.plan.text import normalise
from planportal.web.writing import translated


class PriorityFieldQuerySet(models.QuerySet["PriorityField"]):
    def with_span(self) -> "PriorityFieldQuerySet":
        """Adds `first`, `last` and `count` of each field's directions."""
        return self.annotate(
            first=models.Min("directions__number"),
            last=models.Max("directions__number"),
            count=models.Count("directions"),
        ).order_by("plan", "number")


class PriorityField(models.Model):
    """A priority field 优先领域, as annex 1 names it and chapter 3 describes it."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="fields")
    number = models.PositiveSmallIntegerField(_("序号"))
    code = models.SlugField(_("代码"), max_length=50)
    name = models.CharField(_("名称"), max_length=50)
    heading = models.CharField(_("正文标题"), max_length=100)
    section = models.CharField(_("规划章节"), max_length=100)

    objects = PriorityFieldQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="field_code_unique_in_plan"),
            models.UniqueConstraint(fields=["plan", "number"], name="field_number_unique_in_plan"),
        ]

    def __str__(self) -> str:
        return translated(self.name)


class NationalProject(models.Model):
    """A national project that the plan ties a field to (对接国家“…”)."""

    field = models.ForeignKey(PriorityField, on_delete=models.CASCADE, related_name="national_projects")
    position = models.PositiveSmallIntegerField(_("顺序"))
    name = models.CharField(_("名称"), max_length=200)

    class Meta:
        ordering = ["field", "position"]
        constraints = [models.UniqueConstraint(fields=["field", "name"], name="national_project_unique_in_field")]

    def __str__(self) -> str:
        return self.name


class CarryingInstitution(models.Model):
    """An institution that the plan names as carrying part of a field (依托… / 发挥…优势)."""

    field = models.ForeignKey(PriorityField, on_delete=models.CASCADE, related_name="institutions")
    position = models.PositiveSmallIntegerField(_("顺序"))
    name = models.CharField(_("名称"), max_length=200)
    role = models.CharField(_("原文用语"), max_length=20)

    class Meta:
        ordering = ["field", "position"]
        constraints = [models.UniqueConstraint(fields=["field", "name"], name="institution_unique_in_field")]

    def __str__(self) -> str:
        return self.name


class Direction(models.Model):
    """A research direction, numbered through all fields; its name stands as printed."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="directions")
    field = models.ForeignKey(PriorityField, on_delete=models.PROTECT, related_name="directions")
    number = models.PositiveSmallIntegerField(_("序号"))
    name = models.CharField(_("研发方向"), max_length=300)
    search_text = models.CharField(_("检索用文字"), max_length=300, editable=False)

    class Meta:
        ordering = ["plan", "number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="direction_number_unique_in_plan")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def clean(self) -> None:
        """The searched form follows the printed name."""
        self.search_text = normalise(self.name)
