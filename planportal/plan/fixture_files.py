"""The plan's facts as fixture files: the same facts give the same bytes, written all or none."""

import errno
import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from planportal.plan.facts import FieldFacts, PlanFacts
from planportal.plan.text import SourceError

AREAS_AND_DEPARTMENTS = "areas_and_departments.json"


class HandKeptFileError(ValueError):
    """The file of prefectures and departments, kept by hand, cannot be read."""


def fixture_contents(facts: PlanFacts) -> dict[str, bytes]:
    """Each fixture file's name and bytes: UTF-8 JSON, keys sorted, with the source's SHA-256."""
    document = asdict(facts.document) | {"issued_on": facts.document.issued_on.isoformat()}
    contents: dict[str, dict[str, Any]] = {
        "plan.json": {"plan": document, "goals": [asdict(goal) for goal in facts.goals]},
        "targets.json": {"targets": [asdict(target) for target in facts.targets]},
        "fields.json": {"fields": [_field(field) for field in facts.fields]},
        "directions.json": {"directions": [asdict(direction) for direction in facts.directions]},
        "alliances.json": {"alliances": [asdict(alliance) for alliance in facts.alliances]},
        "platforms.json": {"platforms": [asdict(platform) for platform in facts.platforms]},
        "institutions.json": {"institutions": [asdict(institution) for institution in facts.institutions]},
        "outline.json": {"headings": [asdict(heading) for heading in facts.headings]},
    }
    source = {"title": facts.document.title, "sha256": facts.sha256}
    return {name: _json_bytes({"source": source} | content) for name, content in contents.items()}


def write_all(contents: Mapping[str, bytes], folder: Path) -> None:
    """Write every file into the folder, made where missing, or raise OSError and change none.

    All bytes are on the disk under temporary names before the first file gets its own; repeating
    it is safe.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in contents:
        if (folder / name).is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(folder / name))
    temporary = {name: folder / f".{name}.{os.getpid()}.part" for name in contents}
    try:
        for name, content in contents.items():
            _write_synced(temporary[name], content)
        for name in contents:
            temporary[name].replace(folder / name)
    finally:
        for path in temporary.values():
            path.unlink(missing_ok=True)


def check_departments(facts: PlanFacts, hand_kept: Path) -> None:
    """Hold the departments kept by hand against those that the plan names in chapter 8.

    SourceError at the plan's line where the two differ; HandKeptFileError where the file cannot
    be read.
    """
    kept = _department_names(hand_kept)
    for name in kept:
        if name not in facts.departments:
            raise SourceError(facts.departments_line, f"没有写到部门“{name}”（见 {hand_kept.name}）")
    for name in facts.departments:
        if name not in kept:
            raise SourceError(facts.departments_line, f"未知的部门“{name}”：{hand_kept.name} 中没有")


def _department_names(hand_kept: Path) -> list[str]:
    try:
        content = json.loads(hand_kept.read_bytes())
        return [department["name"] for department in content["departments"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise HandKeptFileError(f"无法读取 {hand_kept}：{error}") from error


def _field(field: FieldFacts) -> dict[str, Any]:
    return asdict(field) | {"count": field.count}


def _json_bytes(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
