"""The only writers of figures: each step checks the right, the version, the state and the content, in this order.

A step is one transaction: the figure, its version, its event and, where it changes what counts, the target's stale
mark. The mark's row is taken before the figure's, so that two steps at once never wait for each other in a ring. A
refused step stores nothing but an event that says so. All raise planportal.web.refusals.Refusal; NotStored (503) where
the disk is full.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from planportal.accounts.models import City, User
from planportal.web.full_disk import is_full_disk
from planportal.web.refusals import Conflict, Fault, Invalid, NotStored, Refusal, Stale, VersionMissing
from planportal.web.said import says_something
from planportal.web.writing import written_sentences
from targets import evidence as proof
from targets import permissions, recompute
from targets.evidence import NO_CHANGE, EvidenceChange
from targets.figure_checks import Doubt, new_among, recorded, standing_doubts
from targets.figure_rules import Checked, Content, check_content, model_faults
from targets.models import Figure, FigureEvent, FigureVersion, State, Target
from targets.models.figure import OPEN_STATES
from targets.values import written

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
# What is to be stored in the transaction of a step, once it is taken; raising takes the step back.
Keep = Callable[[Figure], None]
CONTENT_FIELDS = ("basis", "provisional", "source", "note", "reason", "cause")
LONGEST_REASON = 1000


def keep_nothing(figure: Figure) -> None:
    """For steps that nothing goes with."""


def figure_draft(
    *,
    by: User,
    target: Target,
    city: City | None,
    year: int,
    content: Content,
    evidence: EvidenceChange = NO_CHANGE,
    keep: Keep = keep_nothing,
) -> Figure:
    """Starts a figure as a draft, with what proves it.

    Refused: 403 read_only or not_responsible; 409 open_figure_exists where one is on its way for the same target,
    area, year and basis; 400 with a fault for each field, file and link that is wrong.
    """
    if evidence.files:
        # No file is looked at, let alone written, for somebody who may not.
        figure_draft_admit(by=by, target=target, area=city, year=year, basis=content.basis)
    with proof.prepared(evidence) as pieces, _step(Action.DRAFTED, by=by, target=target):
        permissions.refuse_entry(by, target)
        refuse_second_open(target, city, year, content.basis)
        checked = check_content(target=target, city=city, year=year, content=content)
        figure = Figure(target=target, city=city, year=year, created_by=by, created_at=timezone.now())
        checked.faults += proof.faults_of(figure, pieces)
        _put_content(figure, content, checked)
        figure.warnings = recorded(checked.doubts)
        _insert(figure)
        _record(figure, Action.DRAFTED, by=by, from_state="", why=proof.write(figure, pieces, by=by))
        keep(figure)
    return figure


def figure_draft_admit(
    *, by: User, target: Target, area: City | None = None, year: int | None = None, basis: str = ""
) -> None:
    """Refuses what can be refused before the content of a new figure is read: 403, then, with a year, 409."""
    with _step(Action.DRAFTED, by=by, target=target):
        permissions.refuse_entry(by, target)
        if year is not None:
            refuse_second_open(target, area, year, basis)


def figure_edit(
    *,
    by: User,
    figure: Figure,
    if_version: int,
    changes: dict[str, Any],
    evidence: EvidenceChange = NO_CHANGE,
    keep: Keep = keep_nothing,
) -> Figure:
    """Changes the content and the evidence of a draft or a returned figure; what is not named stays.

    One step for both: all of it is right, or nothing is stored. What is taken away stays in the earlier versions.
    Refused: 403 as figure_draft; 412 stale; 409 wrong_state or open_figure_exists; 400.
    """
    if evidence.files:
        figure_admit(Action.EDITED, by=by, figure=figure, if_version=if_version)
    with proof.prepared(evidence) as pieces, _step(Action.EDITED, by=by, figure=figure):
        current = _admit(Action.EDITED, by=by, figure=figure, if_version=if_version)
        content = replace(content_of(current), **changes)
        if content.basis != current.basis:
            refuse_second_open(current.target, current.city, current.year, content.basis)
        checked = check_content(target=current.target, city=current.city, year=current.year, content=content)
        checked.faults += proof.faults_of(current, pieces)
        _put_content(current, content, checked)
        current.warnings = recorded(checked.doubts)
        _move(
            current,
            if_version,
            value=current.value,
            supersedes=current.supersedes,
            warnings=current.warnings,
            **_content_values(current),
        )
        done = proof.write(current, pieces, by=by)
        _record(current, Action.EDITED, by=by, from_state=current.state, why=done)
        keep(current)
    return current


def figure_submit(*, by: User, figure: Figure, if_version: int, reason: str = "", keep: Keep = keep_nothing) -> Figure:
    """Hands a draft or a returned figure to review; it counts from now on in the `reported` view.

    `reason` is added to the figure's own. Refused: 403; 412; 409 wrong_state; 400 where the content no longer
    holds, and reason_required where there are warnings and no reason.
    """
    with _step(Action.SUBMITTED, by=by, figure=figure):
        current = _admit(Action.SUBMITTED, by=by, figure=figure, if_version=if_version)
        content = replace(content_of(current), reason=_joined_reason(current.reason, reason))
        checked = check_content(target=current.target, city=current.city, year=current.year, content=content)
        _put_content(current, content, checked)
        current.warnings = recorded(checked.doubts)
        _refuse_unexplained_warnings(current)
        before = current.state
        current.state, current.submitted_by, current.submitted_at = State.SUBMITTED, by, timezone.now()
        recompute.want([current.target_id])
        _move(
            current,
            if_version,
            state=current.state,
            submitted_by=by,
            submitted_at=current.submitted_at,
            reason=current.reason,
            supersedes=current.supersedes,
            warnings=current.warnings,
        )
        _record(current, Action.SUBMITTED, by=by, from_state=before, why=reason)
        keep(current)
    return current


def figure_approve(
    *, by: User, figure: Figure, if_version: int, looked_at: bool = True, keep: Keep = keep_nothing
) -> Figure:
    """Puts a submitted figure in force and before the public, from today (Asia/Shanghai) on.

    Where its target asks for two levels of review now, the first approval only endorses it: it stays submitted, and
    somebody else approves it. The figure's warnings are judged anew, against what was approved since it was handed
    in. `looked_at` is False for approvals of several figures at once.

    Refused: 403 read_only, not_reviewer, own_figure to whoever had a hand in it, or not_responsible to whoever
    endorsed it; 412; 409 wrong_state, or new_warnings where one came up that no reason explains; 409 has_warnings or
    two_levels where nobody looked at it; 400 where the content no longer holds: a published figure was loaded
    meanwhile, which it would correct without a reason.
    """
    with _step(Action.APPROVED, by=by, figure=figure):
        # The mark before all looking: from here on nobody else approves or loads a figure that this one supersedes.
        recompute.want([figure.target_id])
        current = _admit(Action.APPROVED, by=by, figure=figure, if_version=if_version)
        content = content_of(current)
        checked = check_content(target=current.target, city=current.city, year=current.year, content=content)
        _put_content(current, content, checked)
        _refuse_new_warnings(current, checked.doubts)
        current.warnings = recorded(standing_doubts(current, checked.doubts))
        if not looked_at:
            _refuse_unseen(current)
        if current.awaits_endorsement:
            _endorse(current, if_version, by=by)
        else:
            _put_in_force(current, if_version, by=by)
        keep(current)
    return current


def _endorse(current: Figure, if_version: int, *, by: User) -> None:
    current.endorsed_by = by
    _move(current, if_version, endorsed_by=by, supersedes=current.supersedes, warnings=current.warnings)
    _record(current, Action.ENDORSED, by=by, from_state=State.SUBMITTED)


def _put_in_force(current: Figure, if_version: int, *, by: User) -> None:
    current.state, current.approved_by = State.APPROVED, by
    if current.endorsed_by == by:
        # Two levels are no longer asked for: their one approval is this one, and the event of the other stays.
        current.endorsed_by = None
    current.sequence = recompute.next_sequence(current.target_id)
    current.known_from = timezone.localdate()
    _move(
        current,
        if_version,
        state=current.state,
        approved_by=by,
        endorsed_by=current.endorsed_by,
        supersedes=current.supersedes,
        warnings=current.warnings,
        sequence=current.sequence,
        known_from=current.known_from,
    )
    _record(current, Action.APPROVED, by=by, from_state=State.SUBMITTED)


def figure_return(*, by: User, figure: Figure, if_version: int, reason: str, keep: Keep = keep_nothing) -> Figure:
    """Sends a submitted figure back with a reason; an endorsement is gone with it.

    Refused: 403; 412; 409 wrong_state; 400 reason_required.
    """
    with _step(Action.RETURNED, by=by, figure=figure):
        current = _admit(Action.RETURNED, by=by, figure=figure, if_version=if_version)
        _refuse_bad_reason(reason, _("请写明退回的理由，填报人要据此修改。"))
        current.state, current.endorsed_by = State.RETURNED, None
        recompute.want([current.target_id])
        _move(current, if_version, state=current.state, endorsed_by=None)
        _record(current, Action.RETURNED, by=by, from_state=State.SUBMITTED, why=reason.strip())
        keep(current)
    return current


def figure_withdraw(*, by: User, figure: Figure, if_version: int, reason: str, keep: Keep = keep_nothing) -> Figure:
    """Ends a figure that is not yet approved. Refused: 403; 412; 409 wrong_state; 400 reason_required."""
    with _step(Action.WITHDRAWN, by=by, figure=figure):
        current = _admit(Action.WITHDRAWN, by=by, figure=figure, if_version=if_version)
        _refuse_bad_reason(reason, _("请写明撤销的理由。"))
        before = current.state
        current.state, current.endorsed_by = State.WITHDRAWN, None
        if before == State.SUBMITTED:
            recompute.want([current.target_id])
        _move(current, if_version, state=current.state, endorsed_by=None)
        _record(current, Action.WITHDRAWN, by=by, from_state=before, why=reason.strip())
        keep(current)
    return current


def content_of(figure: Figure) -> Content:
    """The figure's content as an input; its value as it is written."""
    return Content(
        value=written(figure.value, figure.target.decimals),
        basis=figure.basis,
        provisional=figure.provisional,
        source=figure.source,
        note=figure.note,
        reason=figure.reason,
        cause=figure.cause,
    )


def record_loaded(figure: Figure) -> None:
    """Version and event of a published figure that a file brought, already approved by its publication."""
    _record(figure, Action.LOADED, by=None, from_state="")


@contextmanager
def _step(action: str, *, by: User, target: Target | None = None, figure: Figure | None = None) -> Iterator[None]:
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


def figure_admit_person(action: str, *, by: User, figure: Figure) -> None:
    """Refuses, with 403, whoever may not take this step on any version of the figure."""
    with _step(action, by=by, figure=figure):
        _refuse_person(action, by, figure)


def figure_admit(action: str, *, by: User, figure: Figure, if_version: int | None) -> None:
    """Refuses what can be refused before the input of a step is read: 403, then 428 or 412, then 409."""
    with _step(action, by=by, figure=figure):
        _admit(action, by=by, figure=figure, if_version=if_version)


def _admit(action: str, *, by: User, figure: Figure, if_version: int | None) -> Figure:
    """The figure as it stands now, where this person may take this step on this version of it."""
    _refuse_person(action, by, figure)
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


def _refuse_person(action: str, by: User, figure: Figure) -> None:
    if action not in {Action.APPROVED, Action.RETURNED}:
        permissions.refuse_entry(by, figure.target)
        return
    permissions.refuse_review(by)
    if action == Action.APPROVED:
        permissions.refuse_own(by, figure)


def _stale(current: Figure) -> Stale:
    message = _("这条数据已被他人改动，现为第 %(version)s 版；请核对后再处理。") % {"version": current.version}
    return Stale(current=current, message=message)


def _move(figure: Figure, if_version: int, **values: Any) -> None:
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


def _insert(figure: Figure) -> None:
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
    found = Figure.objects.of_key(target=target, city=city, year=year, basis=basis).open()
    if besides is not None:
        found = found.exclude(pk=besides.pk)
    if found.exists():
        raise Conflict(
            "open_figure_exists",
            _("%(year)s 年的这项数据已有一条在填报或审核中，请先处理那一条。") % {"year": year},
        )


def _put_content(figure: Figure, content: Content, checked: Checked) -> None:
    figure.value, figure.supersedes = checked.value, checked.supersedes
    for name in CONTENT_FIELDS:
        setattr(figure, name, getattr(content, name))
    faults = checked.faults + [
        fault for fault in model_faults(figure) if fault.field not in {known.field for known in checked.faults}
    ]
    if faults:
        raise Invalid(*faults)


def _content_values(figure: Figure) -> dict[str, Any]:
    return {name: getattr(figure, name) for name in CONTENT_FIELDS}


def _joined_reason(standing: str, added: str) -> str:
    added = added.strip() if says_something(added) else ""
    if not standing or not added or added in standing:
        return standing or added
    return f"{standing}；{added}"


def _refuse_unexplained_warnings(figure: Figure) -> None:
    if figure.warnings and not says_something(figure.reason):
        raise Invalid(Fault("reason", "reason_required", _("数据有提示未说明，请写明理由后再报送。")))


def _refuse_new_warnings(figure: Figure, doubts: list[Doubt]) -> None:
    """A figure that was handed in without a reason has none for what came up since; its department has to give one."""
    new = new_among(doubts, figure)
    if new and not says_something(figure.reason):
        told = written_sentences(str(doubt["message"]) for doubt in new)
        message = _("提交以后出现了新的提示，填报单位还没有说明：%(told)s请退回，由填报单位核对并写明理由。")
        raise Conflict("new_warnings", message % {"told": told})


def _refuse_unseen(figure: Figure) -> None:
    if figure.warnings:
        raise Conflict("has_warnings", _("这条数据有提示，须打开后逐条审核，不能成批通过。"))
    if figure.awaits_endorsement:
        raise Conflict("two_levels", _("这条数据须两级审核，初审须打开后逐条进行，不能成批通过。"))


def _refuse_bad_reason(reason: str, message: str) -> None:
    if not says_something(reason):
        raise Invalid(Fault("reason", "reason_required", message))
    if len(reason) > LONGEST_REASON:
        message = _("理由有 %(length)s 字，最多 %(most)s 字。") % {
            "length": len(reason),
            "most": LONGEST_REASON,
        }
        raise Invalid(Fault("reason", "max_length", message))


def _record(figure: Figure, action: str, *, by: User | None, from_state: str, why: str = "") -> None:
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
        **_content_values(figure),
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
