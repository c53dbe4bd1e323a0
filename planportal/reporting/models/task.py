"""A task: one target's figure of one year, to be reported by one department, for the province or a prefecture."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import BooleanField, Case, Exists, ExpressionWrapper, F, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from planportal.accounts.models import City, Department, User
from planportal.plan.models import Plan
from planportal.reporting.models import deadlines
from planportal.reporting.models.round import Round
from targets.models import Figure, State, Target
from targets.models.figure import OPEN_STATES


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

    def with_deadline(self, today: date) -> "TaskQuerySet":
        """Annotates what settles a task and whether it is late, on a day; the same for whoever asks.

        `is_settled`: a figure stands, that is in force with a value or handed in and not sent back; a draft, a
        returned or a withdrawn one settles nothing. Only the first figure that stands is judged: `first_submitted_on`
        and `handed_in_on` are the days in Asia/Shanghai on which it was handed in the first and the last time, None
        where no figure stands or where a publication brought it.

        `asked_by`: the last day in time. It is `due_on`, or 30 days after the end of a declaration; while nothing
        stands also no less than 30 days after a figure was taken back and 10 days after the return of a figure that
        had been handed in in time.

        `late`: not settled though `asked_by` is past; or settled by a figure that was handed in, any time, after its
        due day and not within 10 days after a return. So what was handed in in time and mended soon after its return
        is on time however long the review took, and what was handed in to be returned buys 10 days and no more. A
        correction is never late, nor what a publication brought.

        `is_asked`: a prefecture's task is, while its target asks for prefectures, and after that where it is settled.
        """
        # Each step reads what the one before it has named.
        found: dict[str, Any] = {"is_settled": deadlines.is_settled(), "own_due_day": deadlines.own_due_day()}
        days: dict[str, Any] = {
            "open_due_day": deadlines.open_due_day(),
            "first_submitted_on": deadlines.of_settling_figure(deadlines.hand_in_day("pk")),
            "handed_in_on": deadlines.of_settling_figure(deadlines.hand_in_day("-pk")),
        }
        asked: dict[str, Any] = {"asked_by": deadlines.asked_by()}
        judged: dict[str, Any] = {
            "late": Case(
                When(is_settled=True, then=Coalesce(deadlines.of_settling_figure(deadlines.missed_due_day()), False)),
                default=Q(asked_by__lt=today),
                output_field=BooleanField(),
            ),
            "is_asked": ExpressionWrapper(
                Q(city__isnull=True) | Q(target__asks_cities=True) | Q(is_settled=True), output_field=BooleanField()
            ),
        }
        return self.annotate(**found).annotate(**days).annotate(**asked).annotate(**judged)

    def asked(self) -> "TaskQuerySet":
        """Those that are asked for, of tasks read `with_deadline`."""
        return self.filter(Q(is_asked=True))

    def with_state(self, viewer: User, today: date) -> "TaskQuerySet":
        """Annotates, beside what `with_deadline` says, how far a task is on a day, as far as the viewer may know.

        `state` (TaskState): approved while a figure with a value is in force, on any basis; else the state of the
        figure on its way; else declared unavailable through its last day; else not yet open before `opens_on`.
        `figure_id`: the figure meant, None where there is none or the viewer may not see it.
        """
        holding = deadlines.holding_figures()
        known = Figure.objects.known_to(viewer).filter(state__in=OPEN_STATES)
        latest_holding = holding.order_by("-known_from", "-sequence")
        urgency = Case(*(When(state=state, then=Value(n)) for n, state in enumerate(MOST_URGENT_FIRST)))
        first_on_way = deadlines.figures_of_task(known).alias(urgency=urgency).order_by("urgency", "pk")
        visible = first_on_way.filter(pk__in=Figure.objects.visible_to(viewer).values("pk"))
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
        tasks = self.with_deadline(today).annotate(open_state=Subquery(first_on_way.values("state")[:1]))
        return tasks.annotate(**read)


class Task(models.Model):
    """What a department is asked for; `city` null is the province. Its state is read, see `with_state`."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="tasks")
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="tasks")
    city = models.ForeignKey(City, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="tasks")
    opens_on = models.DateField(_("开放日期"))
    due_on = models.DateField(_("截止日期"))
    regular_due_on = models.DateField(
        _("原定截止日期"), help_text="as the round has it now, whatever an exception says"
    )
    extended_to = models.DateField(
        _("单独延期至"), null=True, blank=True, help_text="an exception's own day, kept while the regular one is later"
    )
    unavailable_until = models.DateField(
        _("暂无数据至"), null=True, blank=True, help_text="the last day of the declaration, running or over"
    )
    unavailable_reason = models.CharField(_("暂无数据的理由"), max_length=1000, blank=True)

    # Only on rows read through `with_deadline`.
    is_settled: bool
    first_submitted_on: date | None
    handed_in_on: date | None
    asked_by: date
    late: bool
    is_asked: bool
    # Only on rows read through `with_state`.
    state: str
    figure_id: int | None

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
        return self.extended_to is not None and self.due_on == self.extended_to > self.regular_due_on

    @property
    def is_overdue(self) -> bool:
        """Whether it is late and still to be handed in."""
        return self.late and not self.is_settled


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
