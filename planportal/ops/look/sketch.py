"""A map to look at pages with: a square for each prefecture, where no prefecture is."""

import json
from pathlib import Path

from planportal.ops.run import ROOT
from planportal.plan.fixture_files import AREAS_AND_DEPARTMENTS

# In the place of a review number: it is no map of anything.
APPROVAL = "示意方格，不是地图"
_COLUMNS = 4
_WEST, _SOUTH, _SIDE = 124, 44, 1


def sketch(folder: Path) -> Path:
    """Writes the squares as a GeoJSON file of the kind that CITY_MAP_FILE names, and says where."""
    fixture = ROOT / "fixtures" / AREAS_AND_DEPARTMENTS
    codes = [city["code"] for city in json.loads(fixture.read_text(encoding="utf-8"))["cities"]]
    features = [_square(code, *divmod(place, _COLUMNS)) for place, code in enumerate(codes)]
    path = folder / "squares.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def _square(code: str, row: int, column: int) -> dict[str, object]:
    west, south = _WEST + column * _SIDE, _SOUTH + row * _SIDE
    east, north = west + _SIDE, south + _SIDE
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"adcode": code}, "geometry": geometry}
