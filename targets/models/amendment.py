"""A target that was changed by a decision (规划动态调整); what the plan printed stays on the target."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from targets.models.target import FIGURE_DECIMALS, FIGURE_DIGITS, Target, in_range


class TargetAmendment(models.Model):
    """One decision: written once, never changed. The latest one decided holds; of one day the later recorded."""

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="amendments")
    old_value = models.DecimalField(_("原目标值"), max_digits=FIGURE_DIGITS, decimal_places=FIGURE_DECIMALS)
    new_value = models.DecimalField(_("新目标值"), max_digits=FIGURE_DIGITS, decimal_places=FIGURE_DECIMALS)
    decided_on = models.DateField(_("决定日期"))
    document = models.CharField(_("文件"), max_length=300)
    reason = models.CharField(_("理由"), max_length=1000)
    recorded_on = models.DateField(_("登记日期"))
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["target", "decided_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="amendment_values_in_range", condition=in_range("old_value") & in_range("new_value")
            ),
            models.CheckConstraint(
                name="amendment_changes_the_value", condition=~models.Q(old_value=models.F("new_value"))
            ),
            models.CheckConstraint(
                name="amendment_is_explained", condition=~models.Q(document="") & ~models.Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target_id} {self.old_value} → {self.new_value}"

    def counts_in(self, *, as_of_year: int, known_by: date | None = None) -> bool:
        """Whether a view takes it into account: decided by the year viewed, recorded by the day known."""
        return self.decided_on.year <= as_of_year and (known_by is None or self.recorded_on <= known_by)


def target_value_in(target: Target, *, as_of_year: int, known_by: date | None = None) -> Decimal:
    """The target's value in a view: of the amendment decided last among those that count, else as printed.

    A query for each target without its amendments; `listed()` brings them along.
    """
    values = [a.new_value for a in target.amendments.all() if a.counts_in(as_of_year=as_of_year, known_by=known_by)]
    return values[-1] if values else target.target_value


def target_value_today(target: Target) -> Decimal:
    """The target's value in force today: no decision of a later day can have been recorded."""
    return target_value_in(target, as_of_year=timezone.localdate().year)
