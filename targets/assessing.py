"""Assessments worked out while somebody waits for the answer: what the method refuses is told, never a result.

The portal's own rules let no figure in that the method refuses; a row that was changed in the database can be one.
"""

import logging
from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from planportal.web.refusals import Fault, NotWorkedOut
from planportal.web.writing import translated
from targets.models import Target
from targets.progress import Assessment, Indicator, Submission, assess

logger = logging.getLogger(__name__)


class FiguresRefused(NotWorkedOut):
    """The method refuses a target's figures: there is no status to show, and none is invented."""

    def __init__(self, target: Target) -> None:
        message = _("“%(target)s”的现有数据有误，方法不能计算，所以没有结果可以显示；数据更正后即可恢复。")
        super().__init__(Fault("", "figures_refused", message % {"target": translated(target.name)}))


def assess_for_reader(
    target: Target,
    indicator: Indicator,
    submissions: Iterable[Submission],
    as_of_year: int,
    known_by: date | None = None,
) -> Assessment:
    """What the method's `assess` says of a target; FiguresRefused, with a line in the log, where it refuses."""
    try:
        return assess(indicator, submissions, as_of_year, known_by)
    except ValueError as error:
        logger.error("the method refuses the figures of target %s: %s", target.code, error)
        raise FiguresRefused(target) from error
