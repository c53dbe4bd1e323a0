"""What there is to tell, and whom: read from the state of tasks and figures, whenever somebody looks.

An occasion is the same as long as its key is. Of a task only the present step is told, so that a round that was
opened long ago does not tell everybody all earlier ones.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_noop

from planportal.accounts.models import Role, User
from planportal.corrections.models import Correction, CorrectionState
from planportal.plan.models import Plan
from planportal.reporting.escalation import CHASED_STATES, Step, is_paused, overdue_days, step_of
from planportal.reporting.models import Notice, NoticeKind, Task
from targets import permissions
from targets.models import Figure, FigureEvent, State

Action = FigureEvent.Action
# An approval is told while it is news: whoever sets the portal up is not told of all that was ever approved.
APPROVAL_IS_NEWS = timedelta(days=30)
MOST_CORRECTIONS_TOLD = 100
# Why administrators are told of a figure that waits: they alone can give it a reviewer.
NO_REVIEWER = gettext_noop("没有可以审核的审核人，请增设审核人账号")
KIND_OF_STEP = {
    Step.BLUE: NoticeKind.OVERDUE_BLUE,
    Step.ORANGE: NoticeKind.OVERDUE_ORANGE,
    Step.RED: NoticeKind.OVERDUE_RED,
}


@dataclass(frozen=True)
class Occasion:
    """One thing to tell, to whom, about a task, a figure or a report of something wrong.

    `why` is the reason that somebody gave for a return, or NO_REVIEWER; "" without.
    """

    kind: NoticeKind
    key: str
    plan: Plan
    receivers: Collection[User]
    task: Task | None = None
    figure: Figure | None = None
    correction: Correction | None = None
    why: str = ""


class Staffing:
    """Who works here now, in one query: active people by role and department."""

    def __init__(self) -> None:
        self.people = {user.pk: user for user in User.objects.filter(is_active=True).order_by("pk")}

    def of(self, role: Role, department_id: int | None = None) -> list[User]:
        """Everybody of a role, of one department where one is named."""
        return [
            user for user in self.people.values() if user.role == role and department_id in {None, user.department_id}
        ]

    def authors(self, figure: Figure) -> list[User]:
        """Who created and who submitted a figure, each once, as far as they are still here."""
        pks = sorted({pk for pk in (figure.created_by_id, figure.submitted_by_id) if pk is not None})
        return [self.people[pk] for pk in pks if pk in self.people]


def occasions(now: datetime, people: Collection[User] | None = None) -> Iterator[Occasion]:
    """Everything that there is to tell at a moment, in a constant number of queries.

    With `people`, tasks that none of them is told of are left out. Reports of something wrong are left out once each
    receiver has a notice.
    """
    staffing, today = Staffing(), timezone.localdate(now)
    yield from _of_tasks(staffing, _tasks_told_to(people, today), today)
    yield from _of_returns(staffing)
    yield from _of_approvals(staffing, now)
    yield from _of_waiting(staffing, now)
    yield from _of_corrections(staffing, people)


def _tasks_told_to(people: Collection[User] | None, today: date) -> QuerySet[Task]:
    """The tasks that wait for their department and are not declared unavailable; of some people's departments."""
    # Departments see every state of their own figures, as auditors see that of all.
    tasks = Task.objects.shown().with_state(User(role=Role.AUDITOR), today).prefetch_related("pauses")
    if people is not None and not any(user.may_administer for user in people):
        tasks = tasks.filter(department__in={user.department_id for user in people} - {None})
    asked_again = Q(unavailable_until__isnull=True) | Q(unavailable_until__lt=today)
    # Of several bases one may stand while another waits for the department: nobody is chased for the task then.
    waiting = Q(state__in=CHASED_STATES, is_settled=False, is_asked=True)
    return tasks.filter(asked_again, waiting, opens_on__lte=today).order_by("pk")


def _of_tasks(staffing: Staffing, tasks: Iterable[Task], today: date) -> Iterator[Occasion]:
    for task in tasks:
        if is_paused(task, today):
            continue
        kind, day = _present_step(task, today)
        # What was declared unavailable is asked for anew once the declaration has expired.
        again = f":{task.unavailable_until}" if task.unavailable_until else ""
        yield Occasion(
            kind=kind,
            key=f"{kind.value}:{task.pk}:{day}{again}",
            plan=task.round.plan,
            receivers=_chased(staffing, task, kind),
            task=task,
        )


def _present_step(task: Task, today: date) -> tuple[NoticeKind, date]:
    """What a task's department is told on a day, and the day that this follows from."""
    step = step_of(overdue_days(task, today))
    if step is not None:
        return KIND_OF_STEP[step], task.asked_by
    if today >= task.asked_by - timedelta(days=settings.REMIND_DAYS):
        return NoticeKind.DUE_SOON, task.asked_by
    return NoticeKind.OPENED, task.opens_on


def _chased(staffing: Staffing, task: Task, kind: NoticeKind) -> list[User]:
    people = staffing.of(Role.STAFF, task.department_id)
    if kind in {NoticeKind.OVERDUE_ORANGE, NoticeKind.OVERDUE_RED}:
        people += staffing.of(Role.REVIEWER, task.department_id)
    if kind == NoticeKind.OVERDUE_RED:
        people += staffing.of(Role.ADMIN)
    return people


def _of_returns(staffing: Staffing) -> Iterator[Occasion]:
    """Figures that are still returned, to their authors; to the department's staff where no author enters for it."""
    events = _events(Action.RETURNED).filter(figure__state=State.RETURNED, version=F("figure__version"))
    for event in events:
        figure = _figure(event)
        authors = [user for user in staffing.authors(figure) if permissions.may_enter_for(user, figure.target)]
        yield Occasion(
            kind=NoticeKind.RETURNED,
            key=f"returned:{event.pk}",
            plan=figure.target.plan,
            receivers=authors or staffing.of(Role.STAFF, figure.target.department_id),
            figure=figure,
            why=event.why,
        )


def _of_approvals(staffing: Staffing, now: datetime) -> Iterator[Occasion]:
    """Approvals of the last 30 days, to the authors; what is approved everybody may see."""
    for event in _events(Action.APPROVED).filter(at__gt=now - APPROVAL_IS_NEWS):
        figure = _figure(event)
        yield Occasion(
            kind=NoticeKind.APPROVED,
            key=f"approved:{event.pk}",
            plan=figure.target.plan,
            receivers=staffing.authors(figure),
            figure=figure,
        )


def _events(action: str) -> QuerySet[FigureEvent]:
    events = FigureEvent.objects.filter(action=action, figure__isnull=False).order_by("pk")
    return events.select_related("figure__target__plan", "figure__target__department", "figure__city")


def _figure(event: FigureEvent) -> Figure:
    assert event.figure is not None
    return event.figure


def _of_waiting(staffing: Staffing, now: datetime) -> Iterator[Occasion]:
    """Figures that have waited for REVIEW_HOURS since they were handed in, to those who may still decide.

    Where no reviewer may, nothing would ever happen to the figure: then to the administrators.
    """
    handed_in = now - timedelta(hours=settings.REVIEW_HOURS)
    figures = list(Figure.objects.filter(state=State.SUBMITTED, submitted_at__lte=handed_in).shown().order_by("pk"))
    hands: dict[int | None, set[int | None]] = defaultdict(set)
    submitted_version: dict[int | None, int | None] = {}
    for event in FigureEvent.objects.filter(figure__in=figures, action__in=permissions.HAND_ACTIONS).order_by("pk"):
        hands[event.figure_id].add(event.actor_id)
        if event.action == Action.SUBMITTED:
            submitted_version[event.figure_id] = event.version
    for figure in figures:
        # As permissions.refuse_endorser has it: an endorsement binds as long as two levels are asked for.
        endorser = {figure.endorsed_by_id} if figure.target.second_review else set()
        reviewers = [user for user in staffing.of(Role.REVIEWER) if user.pk not in hands[figure.pk] | endorser]
        waits_for = "review_waiting" if reviewers else "no_reviewer"
        yield Occasion(
            kind=NoticeKind.REVIEW_WAITING,
            # A figure that was passed at the first of two levels has a later version; it is the same waiting.
            key=f"{waits_for}:{figure.pk}:{submitted_version.get(figure.pk, figure.version)}",
            plan=figure.target.plan,
            receivers=reviewers or staffing.of(Role.ADMIN),
            figure=figure,
            why="" if reviewers else NO_REVIEWER,
        )


def _of_corrections(staffing: Staffing, people: Collection[User] | None) -> Iterator[Occasion]:
    """Reports of something wrong that nobody has settled, to the administrators who were not told; the oldest first.

    Of many only some at a time, so that a flood costs no reader a walk through all: the next look finds the next ones.
    """
    administrators = [user for user in staffing.of(Role.ADMIN) if people is None or user in people]
    if not administrators:
        return
    told = Notice.objects.filter(correction=OuterRef("pk"), person__in=administrators).order_by().values("correction")
    counted = Coalesce(Subquery(told.annotate(count=Count("pk")).values("count")), 0)
    waiting = (
        Correction.objects.filter(state=CorrectionState.OPEN).alias(told=counted).filter(told__lt=len(administrators))
    )
    for correction in waiting.select_related("plan").order_by("pk")[:MOST_CORRECTIONS_TOLD]:
        yield Occasion(
            kind=NoticeKind.CORRECTION,
            key=f"correction:{correction.pk}",
            plan=correction.plan,
            receivers=administrators,
            correction=correction,
        )
