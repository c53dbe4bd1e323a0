"""The only writers of figures: each step checks the right, the version, the state and the content, in this order.

A step is one transaction: the figure, its version, its event and, where it changes what counts, the target's stale
mark. The mark's row is taken before the figure's, so that two steps at once never wait for each other in a ring. A
refused step stores nothing but an event that says so. All raise planportal.web.refusals.Refusal; NotStored (503) where
the disk is full.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from planportal.accounts.models import City, User
from planportal.web.refusals import Conflict, Fault, Invalid
from planportal.web.said import says_something
from planportal.web.writing import written_sentences
from targets import evidence as proof
from targets import permissions, recompute
from targets.evidence import NO_CHANGE, EvidenceChange
from targets.figure_checks import Doubt, new_among, recorded, standing_doubts
from targets.figure_rules import Checked, Content, check_content, model_faults
from targets.models import Figure, State, Target
from targets.transitions import (
    CONTENT_FIELDS,
    LONGEST_REASON,
    Action,
    admit,
    content_values,
    insert,
    move,
    record,
    refuse_person,
    refuse_second_open,
    step,
)
from targets.values import written

# What is to be stored in the transaction of a step, once it is taken; raising takes the step back.
Keep = Callable[[Figure], None]


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
    with proof.prepared(evidence) as pieces, step(Action.DRAFTED, by=by, target=target):
        permissions.refuse_entry(by, target)
        refuse_second_open(target, city, year, content.basis)
        checked = check_content(target=target, city=city, year=year, content=content)
        figure = Figure(target=target, city=city, year=year, created_by=by, created_at=timezone.now())
        checked.faults += proof.faults_of(figure, pieces)
        _put_content(figure, content, checked)
        figure.warnings = recorded(checked.doubts)
        insert(figure)
        record(figure, Action.DRAFTED, by=by, from_state="", why=proof.write(figure, pieces, by=by))
        keep(figure)
    return figure


def figure_draft_admit(
    *, by: User, target: Target, area: City | None = None, year: int | None = None, basis: str = ""
) -> None:
    """Refuses what can be refused before the content of a new figure is read: 403, then, with a year, 409."""
    with step(Action.DRAFTED, by=by, target=target):
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
    with proof.prepared(evidence) as pieces, step(Action.EDITED, by=by, figure=figure):
        current = admit(Action.EDITED, by=by, figure=figure, if_version=if_version)
        content = replace(content_of(current), **changes)
        if content.basis != current.basis:
            refuse_second_open(current.target, current.city, current.year, content.basis)
        checked = check_content(target=current.target, city=current.city, year=current.year, content=content)
        checked.faults += proof.faults_of(current, pieces)
        _put_content(current, content, checked)
        current.warnings = recorded(checked.doubts)
        move(
            current,
            if_version,
            value=current.value,
            supersedes=current.supersedes,
            warnings=current.warnings,
            **content_values(current),
        )
        done = proof.write(current, pieces, by=by)
        record(current, Action.EDITED, by=by, from_state=current.state, why=done)
        keep(current)
    return current


def figure_submit(*, by: User, figure: Figure, if_version: int, reason: str = "", keep: Keep = keep_nothing) -> Figure:
    """Hands a draft or a returned figure to review; it counts from now on in the `reported` view.

    `reason` is added to the figure's own. Refused: 403; 412; 409 wrong_state; 400 where the content no longer
    holds, and reason_required where there are warnings and no reason.
    """
    with step(Action.SUBMITTED, by=by, figure=figure):
        current = admit(Action.SUBMITTED, by=by, figure=figure, if_version=if_version)
        content = replace(content_of(current), reason=_joined_reason(current.reason, reason))
        checked = check_content(target=current.target, city=current.city, year=current.year, content=content)
        _put_content(current, content, checked)
        current.warnings = recorded(checked.doubts)
        _refuse_unexplained_warnings(current)
        before = current.state
        current.state, current.submitted_by, current.submitted_at = State.SUBMITTED, by, timezone.now()
        recompute.want([current.target_id])
        move(
            current,
            if_version,
            state=current.state,
            submitted_by=by,
            submitted_at=current.submitted_at,
            reason=current.reason,
            supersedes=current.supersedes,
            warnings=current.warnings,
        )
        record(current, Action.SUBMITTED, by=by, from_state=before, why=reason)
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
    with step(Action.APPROVED, by=by, figure=figure):
        # The mark before all looking: from here on nobody else approves or loads a figure that this one supersedes.
        recompute.want([figure.target_id])
        current = admit(Action.APPROVED, by=by, figure=figure, if_version=if_version)
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
    move(current, if_version, endorsed_by=by, supersedes=current.supersedes, warnings=current.warnings)
    record(current, Action.ENDORSED, by=by, from_state=State.SUBMITTED)


def _put_in_force(current: Figure, if_version: int, *, by: User) -> None:
    current.state, current.approved_by = State.APPROVED, by
    if current.endorsed_by == by:
        # Two levels are no longer asked for: their one approval is this one, and the event of the other stays.
        current.endorsed_by = None
    current.sequence = recompute.next_sequence(current.target_id)
    current.known_from = timezone.localdate()
    move(
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
    record(current, Action.APPROVED, by=by, from_state=State.SUBMITTED)


def figure_return(*, by: User, figure: Figure, if_version: int, reason: str, keep: Keep = keep_nothing) -> Figure:
    """Sends a submitted figure back with a reason; an endorsement is gone with it.

    Refused: 403; 412; 409 wrong_state; 400 reason_required.
    """
    with step(Action.RETURNED, by=by, figure=figure):
        current = admit(Action.RETURNED, by=by, figure=figure, if_version=if_version)
        _refuse_bad_reason(reason, _("请写明退回的理由，填报人要据此修改。"))
        current.state, current.endorsed_by = State.RETURNED, None
        recompute.want([current.target_id])
        move(current, if_version, state=current.state, endorsed_by=None)
        record(current, Action.RETURNED, by=by, from_state=State.SUBMITTED, why=reason.strip())
        keep(current)
    return current


def figure_withdraw(*, by: User, figure: Figure, if_version: int, reason: str, keep: Keep = keep_nothing) -> Figure:
    """Ends a figure that is not yet approved. Refused: 403; 412; 409 wrong_state; 400 reason_required."""
    with step(Action.WITHDRAWN, by=by, figure=figure):
        current = admit(Action.WITHDRAWN, by=by, figure=figure, if_version=if_version)
        _refuse_bad_reason(reason, _("请写明撤销的理由。"))
        before = current.state
        current.state, current.endorsed_by = State.WITHDRAWN, None
        if before == State.SUBMITTED:
            recompute.want([current.target_id])
        move(current, if_version, state=current.state, endorsed_by=None)
        record(current, Action.WITHDRAWN, by=by, from_state=before, why=reason.strip())
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
    record(figure, Action.LOADED, by=None, from_state="")


def figure_admit_person(action: str, *, by: User, figure: Figure) -> None:
    """Refuses, with 403, whoever may not take this step on any version of the figure."""
    with step(action, by=by, figure=figure):
        refuse_person(action, by, figure)


def figure_admit(action: str, *, by: User, figure: Figure, if_version: int | None) -> None:
    """Refuses what can be refused before the input of a step is read: 403, then 428 or 412, then 409."""
    with step(action, by=by, figure=figure):
        admit(action, by=by, figure=figure, if_version=if_version)


def _put_content(figure: Figure, content: Content, checked: Checked) -> None:
    figure.value, figure.supersedes = checked.value, checked.supersedes
    for name in CONTENT_FIELDS:
        setattr(figure, name, getattr(content, name))
    faults = checked.faults + [
        fault for fault in model_faults(figure) if fault.field not in {known.field for known in checked.faults}
    ]
    if faults:
        raise Invalid(*faults)


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
