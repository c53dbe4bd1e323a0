"""Notices: each thing told to each person once, however often and however many at once gather them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.plan.mount import plan_reverse
from planportal.reporting.escalation import Step
from planportal.reporting.models import Notice, NoticeKind, Task
from planportal.reporting.occasions import KIND_OF_STEP, occasions
from planportal.reporting.queues import entry_address
from planportal.reporting.titles import title_of, title_of_correction, title_of_task
from targets import permissions
from targets.models import Figure

STEP_OF_KIND = {kind: step for step, kind in KIND_OF_STEP.items()}
LONGEST_WHY = 1000


def missing(now: datetime, people: Collection[User] | None = None) -> list[Notice]:
    """The notices that are to be told and are not there yet, unsaved; of some people only, or of everybody.

    Looks at the state, never at what happened since the last run.
    """
    told = list(occasions(now, people))
    wanted = None if people is None else {user.pk for user in people}
    known = Notice.objects.filter(key__in=[occasion.key for occasion in told])
    if wanted is not None:
        known = known.filter(person__in=wanted)
    have = set(known.values_list("person_id", "key"))
    return [
        Notice(
            person=user,
            plan=occasion.plan,
            kind=occasion.kind,
            key=occasion.key,
            task=occasion.task,
            figure=occasion.figure,
            correction=occasion.correction,
            why=occasion.why[:LONGEST_WHY],
            created_at=now,
        )
        for occasion in told
        for user in occasion.receivers
        if (wanted is None or user.pk in wanted) and (user.pk, occasion.key) not in have
    ]


def gather(now: datetime, people: Collection[User] | None = None) -> int:
    """Stores the notices that are missing; the count of those looked up as missing.

    Repeating it adds nothing, and of two at once each notice is stored by one: the row's constraint decides.
    """
    found = missing(now, people)
    Notice.objects.bulk_create(found, ignore_conflicts=True)
    return len(found)


def gather_for_reader(person: User) -> None:
    """What a reader does where no job gathers: without a broker, the person's own notices are looked for."""
    if not settings.REDIS_URL:
        gather(timezone.now(), [person])


def unread(person: User, plan: Plan) -> QuerySet[Notice]:
    """A person's notices of a plan that were not marked as read."""
    return Notice.objects.filter(person=person, plan=plan, read_at__isnull=True)


def notices_of(person: User, plan: Plan) -> QuerySet[Notice]:
    """A person's notices of a plan, the newest first, with what every row shows."""
    return with_rows(Notice.objects.filter(person=person, plan=plan)).order_by("-pk")


def with_rows(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Notices with what every row shows."""
    tasks = Prefetch("task", Task.objects.shown().with_deadline(timezone.localdate()))
    figures = notices.select_related(
        "figure__target__plan", "figure__target__department", "figure__city", "correction__plan"
    )
    return figures.prefetch_related(tasks)


def notices_read(*, by: User, plan: Plan, through: int) -> int:
    """Marks a person's notices as read, up to the newest one that the person was shown; the count of them."""
    return unread(by, plan).filter(pk__lte=through).update(read_at=timezone.now())


def notice_read(*, by: User, notice: Notice) -> None:
    """Marks one notice of a person as read; the first time counts."""
    Notice.objects.filter(pk=notice.pk, person=by, read_at__isnull=True).update(read_at=timezone.now())


@dataclass(frozen=True)
class NoticeLine:
    """A notice as it is shown: what it is about, its step of asking louder, and where the person deals with it.

    `remark` is what is said about it, "" without: the reason for a return, or why nobody reviews. Each text is on one
    line. `address` is None where the person may not see the figure any more.
    """

    notice: Notice
    title: str
    step: Step | None
    address: str | None
    remark: str


def lines_of(notices: Iterable[Notice], person: User) -> list[NoticeLine]:
    """Notices of a person as they are shown now, from what `with_rows` read; two queries more.

    The person may have another role or department than when they were told: a notice of then stays, but what it says
    of a figure follows what the person may see of it today.
    """
    rows = list(notices)
    figures = Figure.objects.filter(pk__in=[notice.figure_id for notice in rows if notice.figure_id])
    visible = set(figures.visible_to(person).values_list("pk", flat=True))
    entrusted = set(figures.entrusted_to(person).values_list("pk", flat=True))
    return [
        NoticeLine(
            notice=notice,
            title=on_one_line(title_of_notice(notice)),
            step=STEP_OF_KIND.get(NoticeKind(notice.kind)),
            address=_address(notice, person, may_see=notice.figure_id is None or notice.figure_id in visible),
            remark=on_one_line(_remark(notice, is_entrusted=notice.figure_id in entrusted)),
        )
        for notice in rows
    ]


def title_of_notice(notice: Notice) -> str:
    """What a notice is about."""
    if notice.correction:
        return title_of_correction(notice.correction)
    return title_of_task(notice.task) if notice.task else title_of(_figure(notice))


def on_one_line(text: str) -> str:
    """A text without line breaks: in an e-mail, what somebody wrote must not look like a line of ours."""
    return " ".join(text.split())


def _remark(notice: Notice, *, is_entrusted: bool) -> str:
    """A reviewer's reason is for those alone who see the figure unapproved; our own words are for everybody told."""
    if notice.kind != NoticeKind.RETURNED:
        return _(notice.why) if notice.why else ""
    return _("理由：%(why)s") % {"why": notice.why} if notice.why and is_entrusted else ""


def _figure(notice: Notice) -> Figure:
    assert notice.figure is not None
    return notice.figure


def _address(notice: Notice, person: User, *, may_see: bool) -> str | None:
    """Where the person deals with it: the entry, review or task page, else what everybody reads of the target.

    Administrators see no figure that waits, but they make the accounts of those who review it. Whoever administers no
    longer sees no report of something wrong.
    """
    if notice.correction is not None:
        correction = notice.correction
        return plan_reverse(correction.plan, "manage-correction", correction.pk) if person.may_administer else None
    if notice.task is not None and person.may_administer:
        return plan_reverse(notice.task.target.plan, "manage-task", notice.task_id)
    if notice.kind == NoticeKind.REVIEW_WAITING and person.may_administer:
        return plan_reverse(_figure(notice).target.plan, "manage-accounts")
    if not may_see:
        return None
    if notice.kind == NoticeKind.REVIEW_WAITING and person.sees_review:
        return plan_reverse(_figure(notice).target.plan, "review-figure", notice.figure_id)
    about = notice.task or _figure(notice)
    target = about.target
    if notice.kind == NoticeKind.APPROVED or not permissions.may_enter_for(person, target):
        return plan_reverse(target.plan, "target-detail", target.code)
    basis = notice.figure.basis if notice.figure else ""
    return entry_address(target, about.year, area=about.area, basis=basis)
