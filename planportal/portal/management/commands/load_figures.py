"""manage.py load_figures CSV: published figures, each an approved figure with its source."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from planportal.plan.models import Plan
from targets.loading import BadRow, load


class Command(BaseCommand):
    help = "Load published figures from a CSV file; a bad row loads nothing, a second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("csv", type=Path)
        parser.add_argument("--plan", default=settings.DEFAULT_PLAN, help="code of the plan")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = Plan.objects.filter(code=options["plan"]).first()
        if plan is None:
            raise CommandError(f"load_figures: 没有规划“{options['plan']}”，请先运行 seed")
        try:
            with options["csv"].open(encoding="utf-8-sig", newline="") as file:
                fresh, known = load(plan, file)
        except BadRow as error:
            raise CommandError(f"load_figures: {options['csv']} {error}") from error
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"load_figures: {options['csv']} 无法读取：{error}") from error
        self.stdout.write(f"load_figures: 新增 {fresh}，已有 {known}")
