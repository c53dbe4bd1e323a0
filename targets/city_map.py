"""The map of the prefectures, as a reviewed GeoJSON file gives it: checked, and projected for drawing (pure).

The portal has no map data of its own. A map is shown whole, as it was reviewed, and under its number (审图号).
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

LARGEST_MEGABYTES = 20
WIDTH, MARGIN = 1000, 8
MOST_DIGITS = 15  # more than any code or coordinate has
FEWEST_POSITIONS = 4  # of a closed ring: the last one repeats the first

Position = tuple[float, float]
Ring = list[Position]


class MapFileError(ValueError):
    """The file is no map of the prefectures; the text says why."""


@dataclass(frozen=True)
class CityShape:
    """A prefecture's outline as the `d` of an SVG path, holes included (even-odd)."""

    code: str
    path: str


@dataclass(frozen=True)
class CityMap:
    """The outlines in the order of codes, in the units of `view_box`, and the number of the review."""

    view_box: str
    shapes: tuple[CityShape, ...]
    approval: str


def read_city_map(path: Path, *, code_property: str, approval: str, codes: Iterable[str]) -> CityMap:
    """The map of a GeoJSON file with exactly one area for each of the codes.

    Raises MapFileError where the file cannot be read, is too large, or is anything else.
    """
    areas = _areas(_collection(path), code_property)
    wanted = set(codes)
    _refuse_if(areas.keys() - wanted, "has areas that are no prefectures: {}")
    _refuse_if(wanted - areas.keys(), f"has no area with these codes in {code_property!r}: {{}}")
    return _projected(areas, approval)


def _refuse_if(codes: Iterable[str], words: str) -> None:
    if found := sorted(codes):
        raise MapFileError(words.format(", ".join(found)))


def _collection(path: Path) -> list[Any]:
    """The features of the file."""
    try:
        if path.stat().st_size > LARGEST_MEGABYTES * 1024 * 1024:
            raise MapFileError(f"is larger than {LARGEST_MEGABYTES} MB")
        content = json.loads(path.read_text(encoding="utf-8"), parse_int=_whole, parse_constant=_no_number)
    except OSError as error:
        raise MapFileError(f"cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise MapFileError("is no JSON in UTF-8") from None
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        raise MapFileError("is no FeatureCollection")
    features = content.get("features")
    if not isinstance(features, list):
        raise MapFileError("has no list of features")
    return features


def _whole(digits: str) -> float:
    """A number too long for any use becomes a float, infinite if need be, and is refused where it stands.

    Python's int takes no more than some thousand digits, and one of hundreds becomes no float.
    """
    return int(digits) if len(digits) <= MOST_DIGITS else float(digits)


def _no_number(name: str) -> NoReturn:
    raise MapFileError(f"has a coordinate that is no finite number: {name}")


def _areas(features: Iterable[Any], code_property: str) -> dict[str, list[Ring]]:
    """The rings of each area by its code."""
    found: dict[str, list[Ring]] = {}
    for number, feature in enumerate(features, start=1):
        code = _code(feature, code_property, number)
        if code in found:
            raise MapFileError(f"has two areas of code {code}")
        found[code] = _rings(feature.get("geometry"), code)
    return found


def _code(feature: Any, code_property: str, number: int) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get(code_property) if isinstance(properties, dict) else None
    if not isinstance(code, str | int) or isinstance(code, bool):
        raise MapFileError(f"has no property {code_property!r} in feature {number}")
    return str(code)


def _rings(geometry: Any, code: str) -> list[Ring]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in {"Polygon", "MultiPolygon"}:
        raise MapFileError(f"has in the area of code {code} neither a Polygon nor a MultiPolygon")
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    rings = [_ring(ring, code) for polygon in _list(polygons, code) for ring in _list(polygon, code)]
    if not rings:
        raise MapFileError(f"has no outline in the area of code {code}")
    return rings


def _list(value: Any, code: str) -> list[Any]:
    if not isinstance(value, list):
        raise MapFileError(f"has coordinates of the wrong shape in the area of code {code}")
    return value


def _ring(positions: Any, code: str) -> Ring:
    ring = [_position(position, code) for position in _list(positions, code)]
    if len(ring) < FEWEST_POSITIONS or ring[0] != ring[-1]:
        raise MapFileError(f"has an outline that is not closed in the area of code {code}")
    return ring


def _position(value: Any, code: str) -> Position:
    pair = _list(value, code)[:2]
    numbers = [float(one) for one in pair if isinstance(one, int | float) and not isinstance(one, bool)]
    if len(numbers) != 2 or not all(map(math.isfinite, numbers)):
        raise MapFileError(f"has a coordinate that is no finite number in the area of code {code}")
    longitude, latitude = numbers
    if abs(longitude) > 180 or abs(latitude) > 90:
        raise MapFileError(f"has a coordinate that is no longitude and latitude in the area of code {code}")
    return longitude, latitude


def _projected(areas: Mapping[str, Sequence[Ring]], approval: str) -> CityMap:
    """Equirectangular, true at the middle latitude: near enough for a province, and the same for every area."""
    positions = [position for rings in areas.values() for ring in rings for position in ring]
    west, east = min(x for x, _ in positions), max(x for x, _ in positions)
    south, north = min(y for _, y in positions), max(y for _, y in positions)
    if west == east or south == north:
        raise MapFileError("covers no area")
    narrowing = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / ((east - west) * narrowing)

    def place(position: Position) -> tuple[int, int]:
        x, y = (position[0] - west) * narrowing, north - position[1]
        return round(MARGIN + x * scale), round(MARGIN + y * scale)

    height = round((north - south) * scale) + 2 * MARGIN
    shapes = tuple(
        CityShape(code, " ".join(_path([place(position) for position in ring]) for ring in rings))
        for code, rings in sorted(areas.items())
    )
    return CityMap(view_box=f"0 0 {WIDTH} {height}", shapes=shapes, approval=approval)


def _path(places: Sequence[tuple[int, int]]) -> str:
    """A ring without the positions that fall on the same place as the one before."""
    kept = [place for index, place in enumerate(places) if index == 0 or place != places[index - 1]]
    return "M" + "L".join(f"{x} {y}" for x, y in kept) + "Z"
