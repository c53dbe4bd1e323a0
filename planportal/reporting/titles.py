"""How the yearly round names figures, tasks, areas and bases."""

from django.utils.translation import gettext as _

from planportal.accounts.models import City
from planportal.reporting.models import Task
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
    return _title(figure.target, figure.year, figure.city)


def title_of_task(task: Task) -> str:
    """A task by its target, year and area."""
    return _title(task.target, task.year, task.city)


def _title(target: Target, year: int, city: City | None) -> str:
    parts = {"target": target.name, "year": year, "area": area_name(city)}
    return _("%(target)s %(year)s 年（%(area)s）") % parts
