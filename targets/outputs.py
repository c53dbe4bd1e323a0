"""How targets, figures and assessments are written in answers: references as codes, measured values as strings."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from targets.models import (
    Cause,
    Figure,
    Kind,
    Standing,
    State,
    SubmittedAs,
    Target,
    TargetAmendment,
    target_value_today,
)
from targets.progress import HEADLINES, STATUSES
from targets.submissions import previous_value
from targets.values import written

MEASURED = {"type": ["string", "null"], "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}


@extend_schema_field(MEASURED)
class Measured(serializers.Field[Any, Any, Any, Any]):
    """A measured value with the target's decimals, as a string; null stays null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def get_attribute(self, instance: Any) -> Any:
        value = super().get_attribute(instance)
        target = instance if isinstance(instance, Target) else instance.target
        return written(value, target.decimals)

    def to_representation(self, value: Any) -> Any:
        return value


class TargetOutput(serializers.Serializer[Target]):
    """A target as the plan prints it, but for `target_value`: the one in force today."""

    code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    decimals = serializers.IntegerField()
    kind = serializers.ChoiceField(Kind.values)
    submitted_as = serializers.SerializerMethodField()
    target_value = serializers.SerializerMethodField()
    baseline_value = Measured()
    baseline_year = serializers.IntegerField(allow_null=True)
    previous_value = serializers.SerializerMethodField()
    additive = serializers.BooleanField()
    bases = serializers.ListField(child=serializers.CharField())
    goal = serializers.IntegerField(source="goal.number")
    department = serializers.CharField(source="department.code")
    clause = serializers.CharField(source="place")

    @extend_schema_field(MEASURED)
    def get_target_value(self, target: Target) -> str | None:
        return written(target_value_today(target), target.decimals)

    @extend_schema_field({"type": ["string", "null"], "enum": [*SubmittedAs.values, None]})
    def get_submitted_as(self, target: Target) -> str | None:
        return target.submitted_as or None

    @extend_schema_field(MEASURED)
    def get_previous_value(self, target: Target) -> str | None:
        return written(previous_value(target), target.decimals)


class GoalOutput(serializers.Serializer[Any]):
    """A goal with the codes of its targets; a qualitative goal has none."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    targets = serializers.SerializerMethodField()

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_targets(self, goal: Any) -> list[str]:
        return [target.code for target in sorted(goal.targets.all(), key=lambda target: target.number)]


class WarningOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class FigureOutput(serializers.Serializer[Figure]):
    """A figure: one submission. `known_from` and `sequence` are null until it is approved."""

    id = serializers.IntegerField()
    target = serializers.CharField(source="target.code")
    year = serializers.IntegerField()
    area = serializers.CharField(allow_null=True, help_text="行政区划代码；全省为 null")
    value = Measured()
    basis = serializers.CharField(allow_blank=True)
    standing = serializers.ChoiceField(Standing.values)
    provisional = serializers.BooleanField()
    state = serializers.ChoiceField(State.values)
    version = serializers.IntegerField()
    known_from = serializers.DateField(allow_null=True)
    sequence = serializers.IntegerField(allow_null=True)
    source = serializers.CharField(source="citation", allow_blank=True)  # type: ignore[assignment]
    note = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    cause = serializers.ChoiceField(["", *Cause.values], allow_blank=True)
    warnings = WarningOutput(many=True)
    supersedes = serializers.IntegerField(source="supersedes_id", allow_null=True)


class ChangeOutput(serializers.Serializer[Figure]):
    """An approved figure beside the one that it superseded; a value is null where the figure was taken back."""

    date = serializers.DateField(source="known_from")
    target = serializers.CharField(source="target.code")
    year = serializers.IntegerField()
    area = serializers.CharField(allow_null=True, help_text="行政区划代码；全省为 null")
    basis = serializers.CharField(allow_blank=True)
    old_value = Measured(source="supersedes.value")
    new_value = Measured(source="value")
    cause = serializers.ChoiceField(["", *Cause.values], allow_blank=True)
    reason = serializers.CharField(allow_blank=True)


class AmendmentOutput(serializers.Serializer[TargetAmendment]):
    """A decision that gave a target another value; `recorded_on` is the day from which it is known here."""

    old_value = Measured()
    new_value = Measured()
    decided_on = serializers.DateField()
    recorded_on = serializers.DateField()
    document = serializers.CharField()
    reason = serializers.CharField()


class AssessmentOutput(serializers.Serializer[Any]):
    """Every field of an assessment; only described here, written by targets.values.assessment_fields."""

    status = serializers.ChoiceField(list(STATUSES))
    reason = serializers.CharField(allow_null=True)
    flags = serializers.ListField(child=serializers.CharField())
    data_year = serializers.IntegerField(allow_null=True)
    value = Measured()
    target_met = serializers.BooleanField(allow_null=True)
    baseline_value = Measured()
    baseline_year = serializers.IntegerField(allow_null=True)
    baseline_source = serializers.CharField()
    attainment_pct = Measured()
    progress_pct = Measured()
    elapsed_pct = Measured()
    schedule_gap_pp = Measured()
    pace_pct = Measured()
    expected_year = serializers.IntegerField(allow_null=True)
    expected_value = Measured()
    gap_to_target = Measured()
    planned_annual_change = Measured()
    actual_annual_change = Measured()
    needed_annual_change = Measured()
    previous_annual_change = Measured()
    forecast_worst = Measured()
    forecast_value = Measured()
    forecast_best = Measured()
    forecast_meets_target = serializers.BooleanField(allow_null=True)


class RollUpOutput(serializers.Serializer[Any]):
    """Counts by status; ids are target codes."""

    headline = serializers.ChoiceField(list(HEADLINES))
    worst_status = serializers.CharField(allow_null=True)
    total = serializers.IntegerField()
    assessed = serializers.IntegerField()
    on_schedule = serializers.IntegerField()
    on_schedule_pct = Measured()
    coverage_pct = Measured()
    counts = serializers.DictField(child=serializers.IntegerField())
    attention = serializers.ListField(child=serializers.CharField())
    unassessed = serializers.ListField(child=serializers.CharField())


class DashboardTargetOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    kind = serializers.ChoiceField(Kind.values)
    target_value = Measured()
    assessment = AssessmentOutput()


class DashboardGoalOutput(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    title = serializers.CharField()
    roll_up = RollUpOutput()
    targets = DashboardTargetOutput(many=True)


class DashboardOutput(serializers.Serializer[Any]):
    """The answer to a question about the plan; only described here, written by targets.api."""

    plan = serializers.CharField()
    as_of_year = serializers.IntegerField()
    known_by = serializers.DateField(allow_null=True)
    view = serializers.ChoiceField(["approved", "reported"])
    method_version = serializers.CharField()
    computed_at = serializers.DateTimeField()
    pending = serializers.BooleanField()
    roll_up = RollUpOutput()
    goals = DashboardGoalOutput(many=True)
