"""What a person may do with figures, by name; what they may see is FigureQuerySet.visible_to."""

from django.utils.translation import gettext as _

from planportal.accounts.models import User
from planportal.web.refusals import Forbidden
from targets.models import Figure, FigureEvent, Target

# The steps that make a figure somebody's own work.
HAND_ACTIONS = (FigureEvent.Action.DRAFTED, FigureEvent.Action.EDITED, FigureEvent.Action.SUBMITTED)


def refuse_read_only(user: User) -> None:
    """403 read_only for officials, auditors and administrators: they change no figure."""
    if user.is_read_only:
        raise Forbidden("read_only", _("%(role)s只能查看，不能填报或审核。") % {"role": user.get_role_display()})


def refuse_all_but_administrators(user: User) -> None:
    """403 unless the person runs the rounds and keeps the plan's targets."""
    if not user.may_administer:
        raise Forbidden("not_administrator", _("只有管理员可以这样做。"))


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
            % {"target": target.name, "department": target.department.name},
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
