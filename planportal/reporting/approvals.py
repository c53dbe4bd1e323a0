"""Several figures approved at once: each by a step of its own, and for each what became of it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.web.refusals import Fault, Invalid, Refusal
from targets import permissions, services
from targets.models import Figure, State
from targets.receipts import Receipt, receipt_of_step

MOST_AT_ONCE = 50
# A figure's number and the version that was seen.
CHOICE = re.compile(r"([1-9][0-9]{0,17})-([1-9][0-9]{0,8})")


@dataclass(frozen=True)
class Choice:
    """A figure to approve, as it stood when it was chosen."""

    pk: int
    version: int


@dataclass(frozen=True)
class Outcome:
    """What became of one choice; `figure` is None where this person knows of none, `why` is "" where it passed.

    `receipt` is that of the approval, None where it did not pass.
    """

    choice: Choice
    figure: Figure | None
    why: str = ""
    receipt: Receipt | None = None

    @property
    def is_in_force(self) -> bool:
        return self.figure is not None and not self.why and self.figure.state == State.APPROVED


def read_choices(given: Sequence[str]) -> list[Choice]:
    """The choices of a form, each once; raises Invalid for what no page of ours sends, and for too many at once."""
    found = [CHOICE.fullmatch(one) for one in given]
    choices = list(dict.fromkeys(Choice(int(one[1]), int(one[2])) for one in found if one))
    if not all(found):
        raise Invalid(Fault("figure", "invalid_choice", _("选中的数据无法识别，没有通过任何一条。")))
    if len(choices) > MOST_AT_ONCE:
        message = _("一次最多通过 %(most)s 条，选中了 %(count)s 条，没有通过任何一条。")
        raise Invalid(Fault("figure", "too_many", message % {"most": MOST_AT_ONCE, "count": len(choices)}))
    return choices


def figures_approve(*, by: User, plan: Plan, choices: Iterable[Choice]) -> list[Outcome]:
    """Approves one after the other; what is refused, as figures with warnings are, holds up none of the others.

    Refused as a whole: 403 read_only, not_reviewer.
    """
    permissions.refuse_review(by)
    return [_approve(by, plan, choice) for choice in choices]


def _approve(by: User, plan: Plan, choice: Choice) -> Outcome:
    seen = Figure.objects.filter(target__plan=plan, submitted_at__isnull=False).visible_to(by).shown()
    figure = seen.filter(pk=choice.pk).first()
    if figure is None:
        return Outcome(choice, None, _("没有这条数据。"))
    try:
        passed = services.figure_approve(by=by, figure=figure, if_version=choice.version, looked_at=False)
    except Refusal as refusal:
        return Outcome(choice, figure, refusal.told)
    return Outcome(choice, passed, receipt=receipt_of_step(figure=passed.pk, version=passed.version))
