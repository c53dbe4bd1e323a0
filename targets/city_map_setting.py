"""The map that the environment names: read once, at the start."""

import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from planportal.plan.fixture_files import AREAS_AND_DEPARTMENTS
from targets.city_map import CityMap, MapFileError, read_city_map


def configured_map() -> CityMap | None:
    """The map that CITY_MAP_FILE names, read once; None without one. ImproperlyConfigured where it is none."""
    if not settings.CITY_MAP_FILE:
        return None
    return _read(settings.CITY_MAP_FILE, settings.CITY_MAP_CODE_PROPERTY, settings.CITY_MAP_APPROVAL)


@lru_cache(maxsize=1)
def _read(name: str, code_property: str, approval: str) -> CityMap:
    fixture = Path(settings.BASE_DIR) / "fixtures" / AREAS_AND_DEPARTMENTS
    codes = [city["code"] for city in json.loads(fixture.read_text(encoding="utf-8"))["cities"]]
    try:
        return read_city_map(Path(name), code_property=code_property, approval=approval, codes=codes)
    except MapFileError as error:
        raise ImproperlyConfigured(f"CITY_MAP_FILE={name!r} is not usable: the file {error}") from None
