"""The "Internet+" platforms (annex 2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from planportal.plan.models import Plan, Printed
from planportal.plan.places import Place, annex_reference


class Platform(Printed):
    """A platform that the plan has built; its name stands as printed."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="platforms")
    number = models.PositiveSmallIntegerField(_("序号"))
    name = models.CharField(_("名称"), max_length=200)

    class Meta:
        ordering = ["plan", "number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="platform_number_unique_in_plan")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def place(self) -> Place:
        return Place(self.part, annex_reference(self.part, self.number), self.name, self.line)
