"""How an administrator settles a report of something wrong; recorded as every other decision of the administration."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from planportal.accounts.access import refuse_all_but_administrators
from planportal.accounts.models import User
from planportal.corrections.models import Correction, CorrectionState
from planportal.plan.models import Plan
from planportal.reporting import decision_words
from planportal.reporting.day_rules import refuse_bad_reason
from planportal.reporting.decisions import About, Action, deciding
from planportal.reporting.models import Notice
from planportal.web.refusals import Conflict


def correction_settle(*, by: User, correction: Correction, outcome: CorrectionState, reason: str) -> Correction:
    """Answers or dismisses a report, once; the reason is what whoever has its number reads.

    Notices of it count as read then. `outcome` is ANSWERED or DISMISSED. Refused: 403 not_administrator; 400
    reason_required; 409 correction_settled where somebody was faster.
    """
    with deciding(Action.CORRECTION_SETTLED, by=by, about=About(correction.plan)) as record:
        refuse_all_but_administrators(by)
        refuse_bad_reason(reason)
        now = timezone.now()
        values = {"state": outcome, "settled_at": now, "settled_by": by, "answer": reason.strip()}
        if not Correction.objects.filter(pk=correction.pk, state=CorrectionState.OPEN).update(**values):
            raise Conflict("correction_settled", _("这条纠错已经处理过，没有改动。"))
        # Nobody else has to look at it any more.
        Notice.objects.filter(correction=correction, read_at__isnull=True).update(read_at=now)
        record(why=reason, detail=decision_words.correction_settled(correction, outcome))
    correction.refresh_from_db()
    return correction


@dataclass(frozen=True)
class Settled:
    """What became of several reports: those settled now, and those that somebody else was faster with."""

    done: list[Correction] = field(default_factory=list)
    late: list[Correction] = field(default_factory=list)


def corrections_settle(
    *, by: User, plan: Plan, corrections: Iterable[Correction], outcome: CorrectionState, reason: str
) -> Settled:
    """Settles several reports of a plan alike, each as `correction_settle` does, in one transaction.

    One that was settled meanwhile holds up none of the others. Refused as a whole: 403 not_administrator; 400
    reason_required.
    """
    settled = Settled()
    with deciding(Action.CORRECTION_SETTLED, by=by, about=About(plan)):
        refuse_all_but_administrators(by)
        refuse_bad_reason(reason)
        # In one order, so that of two at once neither waits for the other for ever.
        for correction in sorted(corrections, key=lambda one: one.pk):
            try:
                settled.done.append(correction_settle(by=by, correction=correction, outcome=outcome, reason=reason))
            except Conflict:
                settled.late.append(correction)
    return settled
