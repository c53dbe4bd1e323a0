"""What is known to be stale, and what was built: one row a target, one snapshot a target, year and view."""

from datetime import datetime
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from targets.models.target import Target


def _measure() -> "models.DecimalField[Decimal | None, Decimal | None]":
    """Wide enough for any ratio of two figures of 15 digits, so that no build fails for want of room."""
    return models.DecimalField(max_digits=36, decimal_places=6, null=True)


class View(models.TextChoices):
    """Which figures count: approved ones (public), or submitted ones too (signed in)."""

    APPROVED = "approved", _("已审核")
    REPORTED = "reported", _("含待审核")


class TargetBuildQuerySet(models.QuerySet["TargetBuild"]):
    def stale(self) -> "TargetBuildQuerySet":
        """Wanted later than built."""
        return self.filter(built_seq__lt=F("wanted_seq"))


class TargetBuild(models.Model):
    """The stale mark of a target: raised in the transaction that changes its figures, lowered by a build."""

    target = models.OneToOneField(Target, primary_key=True, on_delete=models.CASCADE, related_name="build")
    wanted_seq = models.PositiveBigIntegerField(default=1)
    built_seq = models.PositiveBigIntegerField(default=0)
    approved_seq = models.PositiveIntegerField(default=0, help_text="sequence of the latest approved figure")
    wanted_at = models.DateTimeField()
    built_at = models.DateTimeField(null=True, blank=True)
    method_version = models.CharField(max_length=20, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)

    objects = TargetBuildQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="build_never_ahead", condition=Q(built_seq__lte=F("wanted_seq"))),
        ]

    def __str__(self) -> str:
        return f"{self.target_id} {self.built_seq}/{self.wanted_seq}"

    @property
    def is_stale(self) -> bool:
        return self.built_seq < self.wanted_seq

    def failed_attempts(self, now: datetime) -> int:
        """How many builds in a row came to nothing; one that is under way has not failed yet."""
        under_way = self.lease is not None and self.lease_until is not None and self.lease_until > now
        return self.attempts - 1 if under_way else self.attempts


class Snapshot(models.Model):
    """An Assessment of a target as of a year in one view, field by field (see targets.progress.Assessment)."""

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="snapshots")
    as_of_year = models.PositiveSmallIntegerField()
    view = models.CharField(max_length=8, choices=View.choices)
    method_version = models.CharField(max_length=20)
    built_seq = models.PositiveBigIntegerField()
    computed_at = models.DateTimeField()

    status = models.CharField(max_length=20)
    reason = models.CharField(max_length=20, null=True)
    flags = models.JSONField(default=list)
    data_year = models.PositiveSmallIntegerField(null=True)
    value = _measure()
    target_met = models.BooleanField(null=True)
    baseline_value = _measure()
    baseline_year = models.PositiveSmallIntegerField(null=True)
    baseline_source = models.CharField(max_length=20)
    attainment_pct = _measure()
    progress_pct = _measure()
    elapsed_pct = _measure()
    schedule_gap_pp = _measure()
    pace_pct = _measure()
    expected_year = models.PositiveSmallIntegerField(null=True)
    expected_value = _measure()
    gap_to_target = _measure()
    planned_annual_change = _measure()
    actual_annual_change = _measure()
    needed_annual_change = _measure()
    previous_annual_change = _measure()
    forecast_worst = _measure()
    forecast_value = _measure()
    forecast_best = _measure()
    forecast_meets_target = models.BooleanField(null=True)

    class Meta:
        ordering = ["target", "as_of_year", "view"]
        constraints = [
            models.UniqueConstraint(fields=["target", "as_of_year", "view"], name="snapshot_unique"),
            models.CheckConstraint(name="snapshot_view_is_known", condition=Q(view__in=View.values)),
        ]

    def __str__(self) -> str:
        return f"{self.target_id} {self.as_of_year} {self.view}"
