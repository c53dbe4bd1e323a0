"""What a person may do with figures, by name; what they may see is FigureQuerySet.visible_to."""

from django.utils.translation import gettext as _

from planportal.accounts.models import User
from planportal.web.refusals import Forbidden
from planportal.web.writing import translated
from targets.models import Figure, FigureEvent, State, Target

# The steps that make a figure somebody's own work.
HAND_ACTIONS = (FigureEvent.Action.DRAFTED, FigureEvent.Action.EDITED, FigureEvent.Action.SUBMITTED)


def refuse_read_only(user: User) -> None:
    """403 read_only for officials, auditors and administrators: they change no figure."""
    if user.is_read_only:
        raise Forbidden("read_only", _("%(role)s只能查看，不能填报或审核。") % {"role": user.get_role_display()})


def may_enter_for(user: User, target: Target) -> bool:
    """Whether this person enters the figures of this target."""
    return user.may_enter and user.department_id == target.department_id


def refuse_entry(user: User, target: Target) -> None:
    """403 unless the person's department is responsible for the target."""
    refuse_read_only(user)
    if not may_enter_for(user, target):
        raise Forbidden(
            "not_responsible",
            _("“%(target)s”由%(department)s负责填报。")
            % {"target": translated(target.name), "department": target.department.name},
        )


def refuse_review(user: User) -> None:
    """403 unless the person reviews."""
    refuse_read_only(user)
    if not user.may_review:
        raise Forbidden("not_reviewer", _("只有审核人可以通过或退回数据。"))


def had_a_hand_in(user: User, figure: Figure) -> bool:
    """Whether this person created, edited or submitted the figure."""
    return figure.events.filter(actor=user, action__in=HAND_ACTIONS).exists()


def refuse_own(user: User, figure: Figure) -> None:
    """403 own_figure: four eyes, whoever created, edited or submitted a figure does not approve it."""
    if had_a_hand_in(user, figure):
        raise Forbidden("own_figure", _("不能审核自己填报、修改或报送过的数据。"))


def has_endorsed(user: User, figure: Figure) -> bool:
    """Whether this person gave the first of the two approvals that the figure's target asks for now."""
    awaiting = Figure.objects.filter(pk=figure.pk, state=State.SUBMITTED, target__second_review=True)
    return awaiting.filter(endorsed_by=user).exists()


def refuse_endorser(user: User, figure: Figure) -> None:
    """403 not_responsible: two levels are two people, whoever gave the first approval does not give the second."""
    if has_endorsed(user, figure):
        raise Forbidden("not_responsible", _("这条数据已由您初审通过，须由另一位审核人复审，您不能再次通过。"))
