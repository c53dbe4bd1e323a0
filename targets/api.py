"""Goals, targets, their approved figures, and the dashboard: public, for reading."""

from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.generics import RetrieveAPIView, get_object_or_404
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from planportal.plan.api import PlanText
from planportal.plan.models import Goal
from planportal.plan.mount import plan_of
from planportal.web.answers import DatedAnswer, Errors
from planportal.web.lists import ListAnswer, refuse_unknown
from targets.changes import changes_of
from targets.dashboards import Dashboard, GoalGroup, Row, read_dashboard
from targets.filters import ChangeFilter, TargetFilter
from targets.models import Figure, Target, TargetAmendment, with_previous_figures
from targets.outputs import (
    AmendmentOutput,
    ChangeOutput,
    DashboardOutput,
    FigureOutput,
    GoalOutput,
    TargetOutput,
)
from targets.questions import PARAMETERS, read_question
from targets.values import assessment_fields, written

CODE = OpenApiParameter("code", {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}, OpenApiParameter.PATH)


class GoalList(PlanText, ListAnswer):
    """The goals 目标群 with the codes of their targets."""

    queryset = Goal.objects.none()
    serializer_class = GoalOutput
    csv_name = "goals"

    def get_queryset(self) -> QuerySet[Any]:
        return Goal.objects.filter(plan=plan_of(self.request)).prefetch_related(
            Prefetch("targets", Target.objects.only("code", "number", "goal_id"))
        )


class TargetList(DatedAnswer, ListAnswer):
    """The quantified targets in the plan's order: with what was amended and approved of them up to now."""

    permission_classes = [AllowAny]

    queryset = Target.objects.none()
    serializer_class = TargetOutput
    filterset_class = TargetFilter
    csv_name = "targets"

    def get_queryset(self) -> QuerySet[Any]:
        return with_previous_figures(Target.objects.filter(plan=plan_of(self.request)).listed())


class TargetDetail(DatedAnswer, RetrieveAPIView[Target]):
    """One target."""

    permission_classes = [AllowAny]

    queryset = Target.objects.none()
    serializer_class = TargetOutput
    lookup_field = "code"

    @extend_schema(parameters=[CODE], responses={200: TargetOutput, 404: Errors})
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        refuse_unknown(request, ())
        return self.retrieve(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        return with_previous_figures(Target.objects.filter(plan=plan_of(self.request)).listed())


@extend_schema_view(get=extend_schema(parameters=[CODE]))
class TargetFigureList(DatedAnswer, ListAnswer):
    """Every approved figure of a target, superseded ones too, in the order in which they were approved."""

    permission_classes = [AllowAny]
    queryset = Figure.objects.none()
    serializer_class = FigureOutput
    csv_name = "figures"

    def target(self) -> Target:
        return get_object_or_404(Target, plan=plan_of(self.request), code=self.kwargs["code"])

    def get_queryset(self) -> QuerySet[Any]:
        return Figure.objects.filter(target=self.target()).approved().shown().order_by("sequence")


@extend_schema_view(get=extend_schema(parameters=[CODE]))
class TargetAmendmentList(DatedAnswer, ListAnswer):
    """Every decision that gave a target another value, in the order in which they were decided."""

    permission_classes = [AllowAny]
    queryset = TargetAmendment.objects.none()
    serializer_class = AmendmentOutput
    csv_name = "amendments"

    def get_queryset(self) -> QuerySet[Any]:
        target = get_object_or_404(Target, plan=plan_of(self.request), code=self.kwargs["code"])
        return target.amendments.select_related("target").order_by("decided_on", "pk")


class ChangeList(DatedAnswer, ListAnswer):
    """Every correction of an approved figure, newest first: what it was, what it is, and why."""

    permission_classes = [AllowAny]
    queryset = Figure.objects.none()
    serializer_class = ChangeOutput
    filterset_class = ChangeFilter
    csv_name = "changes"

    def get_queryset(self) -> QuerySet[Any]:
        return changes_of(plan_of(self.request))


class DashboardView(DatedAnswer):
    """Where the plan stands: every target's assessment, goal by goal, with counts."""

    permission_classes = [AllowAny]
    dashboard: Dashboard

    @extend_schema(
        operation_id="dashboard_retrieve",
        parameters=[
            OpenApiParameter("as_of_year", {"type": "integer", "minimum": 2016, "maximum": 999999999}),
            OpenApiParameter("known_by", {"type": "string", "format": "date"}),
            OpenApiParameter("view", {"type": "string", "enum": ["approved", "reported"]}),
        ],
        responses={200: DashboardOutput, 400: Errors, 401: Errors, 503: Errors},
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request, PARAMETERS)
        plan = plan_of(request)
        question = read_question(plan, request.query_params, signed_in=request.user.is_authenticated)
        self.dashboard = read_dashboard(plan, question)
        return Response(dashboard_body(self.dashboard))

    def data_as_of(self) -> tuple[datetime, bool]:
        return self.dashboard.computed_at, self.dashboard.pending


def dashboard_body(dashboard: Dashboard) -> dict[str, Any]:
    """The dashboard as the contract writes it."""
    question = dashboard.question
    return {
        "plan": dashboard.plan.code,
        "as_of_year": question.as_of_year,
        "known_by": question.known_by.isoformat() if question.known_by else None,
        "view": question.view.value,
        "method_version": dashboard.method_version,
        "computed_at": timezone.localtime(dashboard.computed_at).isoformat(timespec="seconds"),
        "pending": dashboard.pending,
        "roll_up": _roll_up(dashboard.roll_up),
        "goals": [_goal(group) for group in dashboard.groups],
    }


def _goal(group: GoalGroup) -> dict[str, Any]:
    return {
        "number": group.goal.number,
        "title": group.goal.title,
        "roll_up": _roll_up(group.roll_up),
        "targets": [_target(row) for row in group.rows],
    }


def _target(row: Row) -> dict[str, Any]:
    target = row.target
    return {
        "code": target.code,
        "name": target.name,
        "unit": target.unit,
        "kind": target.kind,
        "target_value": written(row.target_value, target.decimals),
        "assessment": assessment_fields(row.assessment, target.decimals),
    }


def _roll_up(roll_up: dict[str, Any]) -> dict[str, Any]:
    shares = {name: written(roll_up[name], 1) for name in ("on_schedule_pct", "coverage_pct")}
    return roll_up | shares
