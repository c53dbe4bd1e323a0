"""The configured map with a ranking on it: each prefecture in one of five classes of the values shown."""

from dataclasses import dataclass

from planportal.accounts.models import City
from targets.areas import CityFigure
from targets.city_charts import ValueClass, value_classes
from targets.city_map_setting import configured_map
from targets.city_rankings import Ranking


@dataclass(frozen=True)
class DrawnCity:
    """A prefecture on the map; `number` is its class from 1, 0 where it has no figure to compare.

    `is_set_aside` where it has reported, on another basis than the one compared.
    """

    city: City
    path: str
    number: int
    reported: CityFigure | None
    is_set_aside: bool


@dataclass(frozen=True)
class DrawnMap:
    """The map of a ranking with its legend and the number of its review."""

    view_box: str
    approval: str
    cities: tuple[DrawnCity, ...]
    classes: tuple[ValueClass, ...]
    has_unreported: bool
    has_set_aside: bool


def map_of(ranking: Ranking) -> DrawnMap | None:
    """The ranking on the configured map; None where no map is configured."""
    found = configured_map()
    if found is None:
        return None
    classes = value_classes([row.reported.figure.value for row in ranking.rows])
    by_code: dict[str, CityFigure] = {row.city.code: row.reported for row in ranking.rows}
    cities = {city.code: city for city in (*(row.city for row in ranking.rows), *ranking.missing, *ranking.set_aside)}
    drawn = tuple(
        DrawnCity(
            city=cities[shape.code],
            path=shape.path,
            number=_class(classes, by_code.get(shape.code)),
            reported=by_code.get(shape.code),
            is_set_aside=cities[shape.code] in ranking.set_aside,
        )
        for shape in found.shapes
        if shape.code in cities
    )
    return DrawnMap(
        view_box=found.view_box,
        approval=found.approval,
        cities=drawn,
        classes=tuple(classes),
        has_unreported=any(city.number == 0 and not city.is_set_aside for city in drawn),
        has_set_aside=any(city.is_set_aside for city in drawn),
    )


def _class(classes: list[ValueClass], reported: CityFigure | None) -> int:
    if reported is None:
        return 0
    return next(one.number for one in classes if one.low <= reported.figure.value <= one.high)
