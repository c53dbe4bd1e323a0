"""`manage.py parse_plan SOURCE [--out DIR]`: the plan's text to fixture files, all or none."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from planportal.plan import definitions
from planportal.plan.facts import PlanFacts
from planportal.plan.fixture_files import (
    AREAS_AND_DEPARTMENTS,
    HandKeptFileError,
    check_departments,
    fixture_contents,
    write_all,
)
from planportal.plan.parser import parse_plan
from planportal.plan.text import SourceError


class Command(BaseCommand):
    help = "读取规划原文，生成 fixtures 目录中的数据文件；原文有误时指出行号，不写任何文件。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, metavar="SOURCE", help="规划原文（UTF-8 文本）")
        parser.add_argument(
            "--out", type=Path, metavar="DIR", default=fixtures_folder(), help="写入的目录，默认 fixtures"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            facts, written = make_fixtures(Path(options["source"]), Path(options["out"]))
        except (SourceError, HandKeptFileError) as error:
            raise CommandError(f"parse_plan: {error}") from error
        except OSError as error:
            raise CommandError(f"parse_plan: 无法读写文件 {error.filename}") from error
        for line in coverage_report(facts):
            self.stdout.write(line)
        self.stdout.write(f"已写入 {len(written)} 个文件：{'、'.join(written)}")


def fixtures_folder() -> Path:
    """The project's fixtures, where also the file kept by hand stands."""
    return Path(settings.BASE_DIR) / "fixtures"


def make_fixtures(source: Path, out: Path) -> tuple[PlanFacts, list[str]]:
    """Parse the source and write its fixtures; the facts and the names of the files written.

    SourceError, HandKeptFileError or OSError, and nothing written, where anything is wrong.
    """
    facts = parse_plan(source.read_bytes())
    check_departments(facts, fixtures_folder() / AREAS_AND_DEPARTMENTS)
    contents = fixture_contents(facts)
    write_all(contents, out)
    return facts, list(contents)


def coverage_report(facts: PlanFacts) -> list[str]:
    """What was read of what a whole plan holds, a line each, in Chinese."""
    national = sum(alliance.level == "national" for alliance in facts.alliances)
    projects = sum(len(field.national_projects) for field in facts.fields)
    institutions = sum(len(field.institutions) for field in facts.fields)
    counts = [
        ("目标群", len(facts.goals), definitions.EXPECTED_GOALS),
        ("目标", len(facts.targets), definitions.EXPECTED_TARGETS),
        ("优先领域", len(facts.fields), definitions.EXPECTED_FIELDS),
        ("研发方向", len(facts.directions), definitions.EXPECTED_DIRECTIONS),
        ("联盟", len(facts.alliances), definitions.EXPECTED_ALLIANCES),
        ("其中国家级联盟", national, definitions.EXPECTED_NATIONAL_ALLIANCES),
        ("平台", len(facts.platforms), definitions.EXPECTED_PLATFORMS),
        ("对接的国家项目", projects, definitions.EXPECTED_NATIONAL_PROJECTS),
        ("领域与承担单位", institutions, definitions.EXPECTED_INSTITUTIONS),
        ("第三章以外点名的单位", _others(facts), len(definitions.OTHER_INSTITUTIONS)),
    ]
    report = [f"{facts.document.title}（原文 SHA-256：{facts.sha256}）"]
    return report + [f"{what}：{found}/{expected}" for what, found, expected in counts]


def _others(facts: PlanFacts) -> int:
    """How many of the institutions that we know by name the text names outside chapter 3."""
    return sum(institution.name in definitions.OTHER_INSTITUTIONS for institution in facts.institutions)
