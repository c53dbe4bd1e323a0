"""How the yearly round names figures, tasks, areas and bases."""

from django.utils.translation import gettext as _

from planportal.accounts.models import City
from planportal.corrections.models import Correction
from planportal.reporting.models import Task
from planportal.web.writing import translated
from targets import wording
from targets.models import Figure, Target


def area_name(city: City | None) -> str:
    """A city's name; None is the province."""
    return city.name if city else _("全省")


def basis_name(basis: str) -> str:
    """A statistical basis as people call it."""
    return str(wording.BASIS.get(basis, basis))


def title_of(figure: Figure) -> str:
    """A figure by its target, year and area."""
    return title_of_key(figure.target, figure.year, figure.city)


def title_of_task(task: Task) -> str:
    """A task by its target, year and area."""
    return title_of_key(task.target, task.year, task.city)


def title_of_correction(correction: Correction) -> str:
    """A report of something wrong by its number and kind; nothing of what its sender wrote."""
    return _("纠错 %(reference)s（%(kind)s）") % {
        "reference": correction.reference,
        "kind": correction.get_kind_display(),
    }


def title_of_key(target: Target, year: int, city: City | None) -> str:
    """What a figure or a task is about."""
    parts = {"target": translated(target.name), "year": year, "area": area_name(city)}
    return _("%(target)s %(year)s 年（%(area)s）") % parts


def release_words(target: Target, year: int) -> str:
    """When a year's figure is to be expected from a source that is published late; "" where no month is set."""
    if target.release_month is None:
        return ""
    facts = {"year": year, "next": year + 1, "month": target.release_month}
    return _("%(year)s 年数据预计 %(next)s 年 %(month)s 月发布") % facts
