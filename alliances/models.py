"""Industry technology innovation alliances (annex 3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from fields.models import Direction
from planportal.plan.models import Plan, Printed
from planportal.plan.places import Place, annex_reference
from planportal.plan.text import normalise


class Level(models.TextChoices):
    NATIONAL = "national", _("国家级")
    PROVINCIAL = "provincial", _("省级")


class Alliance(Printed):
    """An alliance; its name stands as printed."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="alliances")
    number = models.PositiveSmallIntegerField(_("序号"))
    name = models.CharField(_("名称"), max_length=200)
    level = models.CharField(_("级别"), max_length=10, choices=Level.choices)
    search_text = models.CharField(_("检索用文字"), max_length=200, editable=False)

    class Meta:
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="alliance_number_unique_in_plan"),
            models.CheckConstraint(
                name="alliance_level_is_known",
                condition=models.Q(level__in=Level.values),
                violation_error_message=_("没有这个级别。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def place(self) -> Place:
        return Place(self.part, annex_reference(self.part, self.number), self.name, self.line)

    def clean(self) -> None:
        """The searched form follows the printed name."""
        self.search_text = normalise(self.name)


class AllianceDirection(models.Model):
    """A direction whose name has words in common with an alliance's (alliances/relations.py), closest first."""

    alliance = models.ForeignKey(Alliance, on_delete=models.CASCADE, related_name="touches")
    direction = models.ForeignKey(Direction, on_delete=models.CASCADE, related_name="touched_by")
    position = models.PositiveSmallIntegerField(_("顺序"))
    shared = models.CharField(_("共同的词"), max_length=300)

    class Meta:
        ordering = ["alliance", "position"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "position"], name="touch_position_unique_in_alliance"),
            models.UniqueConstraint(fields=["alliance", "direction"], name="touch_unique_in_alliance"),
        ]

    def __str__(self) -> str:
        return f"{self.alliance_id} → {self.direction_id}"
