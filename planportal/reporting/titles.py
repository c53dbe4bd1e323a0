"""How the yearly round names figures, areas and bases."""

from django.utils.translation import gettext as _

from planportal.accounts.models import City
from targets import wording
from targets.models import Figure


def area_name(city: City | None) -> str:
    """A city's name; None is the province."""
    return city.name if city else _("全省")


def basis_name(basis: str) -> str:
    """A statistical basis as people call it."""
    return str(wording.BASIS.get(basis, basis))


def title_of(figure: Figure) -> str:
    """A figure by its target, year and area."""
    parts = {"target": figure.target.name, "year": figure.year, "area": area_name(figure.city)}
    return _("%(target)s %(year)s 年（%(area)s）") % parts
