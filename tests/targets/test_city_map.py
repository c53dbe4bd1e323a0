"""A reviewed map of the prefectures: shown with its number where it is configured, refused where it is none."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.test import Client

from planportal.accounts.models import City
from planportal.plan.models import Plan
from targets.city_map import LARGEST_MEGABYTES, MapFileError, read_city_map
from tests.targets.desk import Desk

CODES = ["230100", "230200", "230300"]
NUMBER = "黑S（2020）001号"
# As on a machine that nothing was configured on.
GOOD = {"SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "localhost", "PATH": os.environ["PATH"], "PORTAL_ENV_FILE": "/none"}


def square(west: float, south: float, size: float = 1.0) -> list[list[float]]:
    """An invented outline; no place on earth has it."""
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(code: Any, coordinates: Any, kind: str = "Polygon", name: str = "adcode") -> dict[str, Any]:
    return {"type": "Feature", "properties": {name: code}, "geometry": {"type": kind, "coordinates": coordinates}}


def collection(codes: list[str] = CODES, **more: Any) -> dict[str, Any]:
    features = [feature(code, [square(120 + index, 45)]) for index, code in enumerate(codes)]
    return {"type": "FeatureCollection", "features": features, **more}


@pytest.fixture
def file(tmp_path: Path) -> Callable[[Any], Path]:
    def written(content: Any) -> Path:
        path = tmp_path / "map.geojson"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return written


def read(path: Path, code_property: str = "adcode") -> Any:
    return read_city_map(path, code_property=code_property, approval=NUMBER, codes=CODES)


def test_areas_are_projected_true_at_the_middle_latitude(file: Callable[[Any], Path]) -> None:
    content = collection(CODES[:1])
    hole = square(121.2, 60.2, 0.5)
    content["features"] += [
        feature(230200, [[square(121, 60), hole], [square(122, 61)]], "MultiPolygon"),
        feature("230300", [[*square(122, 60)[:2], [123, 60.00001], *square(122, 60)[2:]]]),
    ]
    found = read(file(content))
    assert (found.approval, [shape.code for shape in found.shapes]) == (NUMBER, CODES)
    width, height = map(int, found.view_box.split()[2:])
    # 3 degrees by 17 at 53.5 degrees north, where a degree of longitude is 0.595 of one of latitude.
    assert (width, 9200 < height < 9500) == (1000, True)
    assert found.shapes[1].path.count("M") == 3
    assert found.shapes[2].path.count("L") == 4
    numbers = [int(number) for number in re.findall(r"\d+", " ".join(shape.path for shape in found.shapes))]
    assert min(numbers) == 8
    assert max(numbers) == height - 8


POLYGON = square(121, 45)
WRONG: dict[str, tuple[Any, str]] = {
    "no JSON": ("{", "no JSON"),
    "deep": ("[" * 100_000, "no JSON"),
    "a list": ([], "no FeatureCollection"),
    "one feature": (feature("230100", [POLYGON]), "no FeatureCollection"),
    "no features": ({"type": "FeatureCollection"}, "no list of features"),
    "a missing area": (collection(CODES[:2]), "no area with these codes in 'adcode': 230300"),
    "a foreign area": (collection([*CODES, "110000"]), "no prefectures: 110000"),
    "two areas": (collection([*CODES, "230100"]), "two areas of code 230100"),
    "another property": (collection() | {"features": [feature("1", [POLYGON], name="id")]}, "no property 'adcode'"),
    "no feature": (collection() | {"features": [7]}, "no property"),
    "a flag": (collection() | {"features": [feature(True, [POLYGON])]}, "no property"),
    "a line": (collection() | {"features": [feature("230100", POLYGON, "LineString")]}, "neither a Polygon"),
    "no geometry": (collection() | {"features": [{"properties": {"adcode": "1"}, "geometry": None}]}, "neither"),
    "NaN": (json.dumps(collection()).replace("120", "NaN"), "no finite number: NaN"),
    "endless": (json.dumps(collection()).replace("120", "1e999"), "no finite number"),
    "hundreds of digits": (json.dumps(collection()).replace("120", "1" * 401), "no finite number in the area"),
    "thousands of digits": (json.dumps(collection()).replace("120", "1" * 5001), "no finite number in the area"),
    "text": (collection() | {"features": [feature("230100", [[["1", "2"]] * 4])]}, "no finite number"),
    "metres": (collection() | {"features": [feature("230100", [square(500_000, 45)])]}, "longitude and latitude"),
    "open": (collection() | {"features": [feature("230100", [POLYGON[:4]])]}, "not closed"),
    "flat": (collection() | {"features": [feature("230100", [])]}, "no outline"),
    "shapeless": (collection() | {"features": [feature("230100", [7])]}, "wrong shape"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_file_that_is_no_map_is_refused_with_the_reason(file: Callable[[Any], Path], name: str) -> None:
    content, reason = WRONG[name]
    with pytest.raises(MapFileError, match=re.escape(reason)):
        read(file(content))


def test_a_file_that_is_too_large_or_not_there_is_refused(file: Callable[[Any], Path]) -> None:
    path = file(collection())
    with pytest.raises(MapFileError, match="cannot be read: No such file"):
        read(path.with_name("other"))
    with path.open("r+b") as opened:
        opened.truncate(LARGEST_MEGABYTES * 1024 * 1024 + 1)
    with pytest.raises(MapFileError, match="larger than 20 MB"):
        read(path)


def test_a_map_of_nothing_wide_is_refused(file: Callable[[Any], Path]) -> None:
    flat = [[1, 1], [2, 1], [1, 1], [1, 1]]
    content = collection([]) | {"features": [feature(code, [flat]) for code in CODES]}
    with pytest.raises(MapFileError, match="covers no area"):
        read(file(content))


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        env={**GOOD, **environment},
        cwd=portal_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_wrong_file_or_a_missing_number_stops_the_start_and_names_itself(file: Callable[[Any], Path]) -> None:
    path = str(file(collection()))
    for environment, words in (
        ({"CITY_MAP_FILE": path}, "CITY_MAP_APPROVAL is missing"),
        (
            {"CITY_MAP_FILE": path, "CITY_MAP_APPROVAL": NUMBER},
            f"CITY_MAP_FILE={path!r} is not usable: the file has no",
        ),
    ):
        done = start(**environment)
        assert (done.returncode, words in done.stderr, "Traceback" in done.stderr) == (1, True, False), done.stderr


@pytest.fixture
def configured(seeded: Plan, file: Callable[[Any], Path], settings: Any) -> None:
    settings.CITY_MAP_FILE = str(file(collection(list(City.objects.values_list("code", flat=True)))))
    settings.CITY_MAP_APPROVAL = NUMBER


@pytest.mark.usefixtures("configured")
def test_the_map_is_shown_with_its_number_and_links(client: Client) -> None:
    page = client.get("/cities/?target=high-tech-enterprises&year=2020").content.decode()
    assert f"审图号：{NUMBER}" in page
    drawing = page[page.index("city-map__drawing") : page.index("</svg>", page.index("city-map__drawing"))]
    assert drawing.count('href="/cities/23') == 13
    assert "<title>哈尔滨市：1,180 家</title>" in drawing
    assert "<title>黑河市：尚未报送</title>" in drawing
    assert drawing.count('fill="url(#city-map-hatch)"') == 11
    assert "style=" not in drawing
    legend = page[page.index("chart__key") : page.index("审图号")]
    assert legend.count("<li>") == 3
    assert "尚未报送</li>" in legend
    assert re.findall(r"city-map__area--(\d)", drawing) == ["3", "1"]


@pytest.mark.usefixtures("configured")
def test_who_reported_on_another_basis_is_not_called_unreported(client: Client, desk: Desk) -> None:
    for area, basis, value in (("230100", "rebased", "1.50"), ("230200", "first", "0.90")):
        desk.in_state("approved", target="rd-intensity", year=2019, value=value, area=area, basis=basis)
    page = client.get("/cities/?target=rd-intensity&year=2019").content.decode()
    drawing, legend = page[page.index("city-map__drawing") :].split("审图号")[0].split("chart__key")
    assert "<title>哈尔滨市：1.50 %</title>" in drawing
    assert "<title>齐齐哈尔市：口径不同</title>" in drawing
    assert drawing.count('fill="url(#city-map-dots)"') == 1
    assert (legend.count("<li>"), "口径不同</li>" in legend, "尚未报送</li>" in legend) == (3, True, True)


def test_without_one_there_is_no_map(seeded: Plan, client: Client) -> None:
    assert "city-map" not in client.get("/cities/").content.decode()
