"""A task: one target's figure of one year, to be reported by one department, for the province or a prefecture."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from planportal.accounts.models import City, Department, User
from planportal.plan.models import Plan
from planportal.reporting.models.round import Round
from targets.models import Figure, FigureEvent, State, Target
from targets.models.figure import OPEN_STATES, FigureQuerySet, of_outer_area


class TaskState(models.TextChoices):
    """Read from the figures and the days, stored nowhere: see TaskQuerySet.with_state."""

    NOT_YET_OPEN = "not_yet_open", _("未到填报期")
    OPEN = "open", _("待填报")
    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("审核中")
    RETURNED = "returned", _("已退回")
    APPROVED = "approved", _("已完成")
    DECLARED_UNAVAILABLE = "declared_unavailable", _("已声明暂无数据")


# Of several figures on their way (one a basis), a task shows the one that asks most of the department.
MOST_URGENT_FIRST = (State.RETURNED, State.DRAFT, State.SUBMITTED)


class TaskQuerySet(models.QuerySet["Task"]):
    def of_plan(self, plan: Plan) -> "TaskQuerySet":
        return self.filter(round__plan=plan)

    def mine(self, user: User) -> "TaskQuerySet":
        """A department's tasks for those who enter for it; all of them for auditors and administrators."""
        if user.sees_all_tasks:
            return self
        return self.filter(department=user.department) if user.may_enter else self.none()

    def shown(self) -> "TaskQuerySet":
        """With what every row shows."""
        return self.select_related(
            "round", "round__plan", "target", "target__plan", "target__department", "city", "department"
        )

    def with_state(self, viewer: User, today: date) -> "TaskQuerySet":
        """Annotates what a task's figures and days say on a day, as far as the viewer may know.

        `state` (TaskState): approved while a figure with a value is in force, on any basis; else the state of the
        figure on its way; else declared unavailable through its last day; else not yet open before `opens_on`.
        `figure_id`: the figure meant, None where there is none or the viewer may not see it. `first_submitted_on`:
        the day in Asia/Shanghai on which a figure was first handed in. `late`: handed in after `due_on`, or not
        handed in though it is past; never for what a publication brought.
        """
        holding = _figures_of_task(Figure.objects.in_force().filter(value__isnull=False))
        on_their_way = _figures_of_task(Figure.objects.known_to(viewer).filter(state__in=OPEN_STATES))
        latest_holding = holding.order_by("-known_from", "-sequence")
        urgency = Case(*(When(state=state, then=Value(n)) for n, state in enumerate(MOST_URGENT_FIRST)))
        first_on_way = on_their_way.alias(urgency=urgency).order_by("urgency", "pk")
        visible = first_on_way.filter(pk__in=Figure.objects.visible_to(viewer).values("pk"))
        # Each step reads what the one before it has named.
        told: dict[str, Any] = {
            "open_state": Subquery(first_on_way.values("state")[:1]),
            "first_submitted_on": TruncDate(Subquery(_submissions_of_task().values("at")[:1])),
        }
        read: dict[str, Any] = {
            "state": Case(
                When(Exists(holding), then=Value(TaskState.APPROVED.value)),
                When(open_state__isnull=False, then=F("open_state")),
                When(unavailable_until__gte=today, then=Value(TaskState.DECLARED_UNAVAILABLE.value)),
                When(opens_on__gt=today, then=Value(TaskState.NOT_YET_OPEN.value)),
                default=Value(TaskState.OPEN.value),
                output_field=models.CharField(),
            ),
            "figure_id": Coalesce(Subquery(latest_holding.values("pk")[:1]), Subquery(visible.values("pk")[:1])),
        }
        is_missing = ~Q(state__in=[TaskState.APPROVED, TaskState.DECLARED_UNAVAILABLE])
        judged: dict[str, Any] = {
            "late": Case(
                When(first_submitted_on__gt=F("due_on"), then=Value(value=True)),
                When(is_missing, due_on__lt=today, first_submitted_on__isnull=True, then=Value(value=True)),
                default=Value(value=False),
                output_field=BooleanField(),
            )
        }
        return self.annotate(**told).annotate(**read).annotate(**judged)


def _figures_of_task(figures: FigureQuerySet) -> FigureQuerySet:
    return of_outer_area(figures).filter(target=OuterRef("target"), year=OuterRef("round__year"))


def _submissions_of_task() -> "models.QuerySet[FigureEvent]":
    """The submissions of figures that were not withdrawn again, first one first."""
    no_city = Value(0, output_field=models.BigIntegerField())
    return (
        FigureEvent.objects.filter(
            action=FigureEvent.Action.SUBMITTED,
            figure__target=OuterRef("target"),
            figure__year=OuterRef("round__year"),
        )
        .exclude(figure__state=State.WITHDRAWN)
        .alias(area_pk=Coalesce("figure__city", no_city))
        .filter(area_pk=Coalesce(OuterRef("city"), no_city))
        .order_by("at")
    )


class Task(models.Model):
    """What a department is asked for; `city` null is the province. Its state is read, see `with_state`."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="tasks")
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="tasks")
    city = models.ForeignKey(City, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="tasks")
    opens_on = models.DateField(_("开放日期"))
    due_on = models.DateField(_("截止日期"))
    regular_due_on = models.DateField(_("原定截止日期"), help_text="as the round set it, before any exception")
    unavailable_until = models.DateField(_("暂无数据至"), null=True, blank=True)
    unavailable_reason = models.CharField(_("暂无数据的理由"), max_length=1000, blank=True)

    # Only on rows read through `with_state`.
    state: str
    figure_id: int | None
    first_submitted_on: date | None
    late: bool

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["round", "target__number", "city__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "target"], condition=Q(city__isnull=True), name="task_one_a_target"
            ),
            models.UniqueConstraint(
                fields=["round", "target", "city"], condition=Q(city__isnull=False), name="task_one_a_target_and_city"
            ),
            models.CheckConstraint(
                name="task_due_after_opening",
                condition=Q(due_on__gte=F("opens_on")),
                violation_error_message=_("截止日期不能早于开放日期。"),
            ),
            models.CheckConstraint(
                name="task_unavailable_is_explained",
                condition=Q(unavailable_until__isnull=True, unavailable_reason="")
                | (Q(unavailable_until__isnull=False) & ~Q(unavailable_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target_id} {self.round_id}"

    @property
    def year(self) -> int:
        return self.round.year

    @property
    def area(self) -> str | None:
        """The city's code; None for the province."""
        return self.city.code if self.city else None

    @property
    def is_extended(self) -> bool:
        """Whether an exception moved its due date."""
        return self.due_on != self.regular_due_on


class TaskPause(models.Model):
    """Days on which nobody is chased for a task, both inclusive, and why; `ends_on` moves when it is ended early."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="pauses")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=1000)

    class Meta:
        ordering = ["task", "starts_on", "id"]
        constraints = [
            models.CheckConstraint(name="pause_is_explained", condition=~Q(reason="")),
            models.CheckConstraint(name="pause_ends_after_start", condition=Q(ends_on__gte=F("starts_on"))),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.starts_on} – {self.ends_on}"
