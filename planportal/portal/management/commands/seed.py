"""manage.py seed: loads the plan, the catalogue, cities and departments from fixtures; --demo adds accounts."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from planportal.accounts.demo import put_demo_accounts
from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.portal.seeding import BadFixture, seed
from planportal.reporting.services import round_open


class Command(BaseCommand):
    help = "Load the plan's fixtures (idempotent, one transaction); --demo also makes the demo accounts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fixtures", type=Path, default=settings.BASE_DIR / "fixtures", metavar="DIR")
        parser.add_argument("--demo", action="store_true", help="make the demo accounts too")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            tally = seed(options["fixtures"])
        except BadFixture as error:
            raise CommandError(f"seed: {error}") from error
        self.stdout.write(f"seed: 新增 {_sum(tally.created)}，更改 {_sum(tally.changed)}，移除 {_sum(tally.removed)}")
        if options["demo"]:
            self._demo()

    def _demo(self) -> None:
        try:
            touched = put_demo_accounts(settings.PORTAL_DEMO_PASSWORD)
        except ValueError as error:
            raise CommandError(f"seed --demo: {error}") from error
        self.stdout.write(f"seed: 演示账号新增或更改 {touched}")
        self._demo_round()

    def _demo_round(self) -> None:
        """The last year's round, where a plan has none: so that staff have tasks and every page something to show."""
        plan = Plan.objects.get(code=settings.DEFAULT_PLAN)
        if not plan.rounds.exists():
            admin = User.objects.get(username="demo-admin")
            made = round_open(by=admin, plan=plan, year=plan.end_year)
            self.stdout.write(f"seed: 开启 {made.year} 年的报送，{made.tasks.count()} 项任务")


def _sum(counts: dict[str, int]) -> int:
    return sum(counts.values())
