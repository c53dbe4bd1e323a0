"""What every step of a figure shares: its transaction, who may take it on which version, and what it leaves behind.

For targets.services alone, which takes the steps.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from planportal.accounts.models import City, User
from planportal.web.full_disk import is_full_disk
from planportal.web.refusals import Conflict, NotStored, Refusal, Stale, VersionMissing
from targets import evidence as proof
from targets import permissions
from targets.models import Figure, FigureEvent, FigureVersion, State, Target
from targets.models.figure import OPEN_STATES

logger = logging.getLogger(__name__)

Action = FigureEvent.Action
# From which states each step leads on.
STATES_BEFORE: dict[str, tuple[State, ...]] = {
    Action.EDITED: (State.DRAFT, State.RETURNED),
    Action.SUBMITTED: (State.DRAFT, State.RETURNED),
    Action.APPROVED: (State.SUBMITTED,),
    Action.RETURNED: (State.SUBMITTED,),
    Action.WITHDRAWN: OPEN_STATES,
}
CONTENT_FIELDS = ("basis", "provisional", "source", "note", "reason", "cause")
LONGEST_REASON = 1000


@contextmanager
def step(action: str, *, by: User, target: Target | None = None, figure: Figure | None = None) -> Iterator[None]:
    """A step's transaction; a refusal leaves an event of its own, a full disk becomes NotStored."""
    about = figure.target if figure is not None else target
    assert about is not None
    try:
        with transaction.atomic():
            yield
    except Refusal as refusal:
        _record_refusal(refusal, action, by=by, target=about, figure=figure)
        raise
    except OperationalError as error:
        if not is_full_disk(error):
            raise
        # Nothing was stored, and no event about it could be: the log has to say it.
        logger.exception("the disk is full: a figure of target %s was not %s", about.code, action)
        raise NotStored from error


def _record_refusal(refusal: Refusal, action: str, *, by: User, target: Target, figure: Figure | None) -> None:
    """The event of a refusal, in a transaction of its own; a full disk, which the log tells, refuses that as well."""
    try:
        with transaction.atomic():
            FigureEvent.objects.create(
                figure=figure,
                target=target,
                action=Action.REFUSED,
                attempted=action,
                actor=by,
                at=timezone.now(),
                code=refusal.code,
                # A refused input may hold a NUL, which PostgreSQL stores nowhere.
                why=refusal.told.replace("\x00", "\ufffd")[:LONGEST_REASON],
            )
    except OperationalError as error:
        if not is_full_disk(error):
            raise
        logger.exception("the disk is full: the refusal of %s (%s) has no event", action, refusal.code)


def admit(action: str, *, by: User, figure: Figure, if_version: int | None) -> Figure:
    """The figure as it stands now, where this person may take this step on this version of it."""
    refuse_person(action, by, figure)
    if action == Action.APPROVED:
        permissions.refuse_endorser(by, figure)
    if if_version is None:
        raise VersionMissing
    current = Figure.objects.shown().get(pk=figure.pk)
    if current.version != if_version:
        raise _stale(current)
    if current.state not in STATES_BEFORE[action]:
        message = _("这条数据的状态是“%(state)s”，不能这样处理。") % {"state": current.get_state_display()}
        raise Conflict("wrong_state", message)
    return current


def refuse_person(action: str, by: User, figure: Figure) -> None:
    """Refuses, with 403, whoever may take this step on no version of the figure."""
    if action not in {Action.APPROVED, Action.RETURNED}:
        permissions.refuse_entry(by, figure.target)
        return
    permissions.refuse_review(by)
    if action == Action.APPROVED:
        permissions.refuse_own(by, figure)


def _stale(current: Figure) -> Stale:
    message = _("这条数据已被他人改动，现为第 %(version)s 版；请核对后再处理。") % {"version": current.version}
    return Stale(current=current, message=message)


def move(figure: Figure, if_version: int, **values: Any) -> None:
    """Writes the step where the version is still the one it was decided on: of many at once, one wins."""
    figure.version = if_version + 1
    try:
        with transaction.atomic():
            moved = Figure.objects.filter(pk=figure.pk, version=if_version).update(version=figure.version, **values)
    except IntegrityError:
        refuse_second_open(figure.target, figure.city, figure.year, figure.basis, besides=figure)
        raise
    if not moved:
        raise _stale(Figure.objects.shown().get(pk=figure.pk))


def insert(figure: Figure) -> None:
    """Writes a new figure; refused, with 409, where another one of its key is open."""
    try:
        with transaction.atomic():
            figure.save(force_insert=True)
    except IntegrityError:
        # Somebody else's draft came first between our look and our insert: the constraint decided.
        refuse_second_open(figure.target, figure.city, figure.year, figure.basis)
        raise


def refuse_second_open(
    target: Target, city: City | None, year: int, basis: str, *, besides: Figure | None = None
) -> None:
    """Refuses, with 409 open_figure_exists, a second open figure of a key."""
    found = Figure.objects.of_key(target=target, city=city, year=year, basis=basis).open()
    if besides is not None:
        found = found.exclude(pk=besides.pk)
    if found.exists():
        raise Conflict(
            "open_figure_exists",
            _("%(year)s 年的这项数据已有一条在填报或审核中，请先处理那一条。") % {"year": year},
        )


def record(figure: Figure, action: str, *, by: User | None, from_state: str, why: str = "") -> None:
    """The version and the event that a step leaves."""
    FigureVersion.objects.create(
        figure=figure,
        number=figure.version,
        state=figure.state,
        value=figure.value,
        warnings=figure.warnings,
        evidence=proof.listed(figure),
        known_from=figure.known_from,
        sequence=figure.sequence,
        supersedes_id=figure.supersedes_id,
        **content_values(figure),
    )
    FigureEvent.objects.create(
        figure=figure,
        target_id=figure.target_id,
        action=action,
        from_state=from_state,
        to_state=figure.state,
        version=figure.version,
        actor=by,
        at=timezone.now(),
        why=why,
    )


def content_values(figure: Figure) -> dict[str, Any]:
    """What of a figure is its content, by field; the value is not among it."""
    return {name: getattr(figure, name) for name in CONTENT_FIELDS}
