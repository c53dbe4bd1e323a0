"""manage.py reconcile: compares every snapshot with what the figures say; a difference is named and mended."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from targets.reconcile import reconcile


class Command(BaseCommand):
    help = "Compute every assessment anew and compare it with its snapshot, as the beat asks for every night."

    def handle(self, *args: Any, **options: Any) -> None:
        found = reconcile()
        for difference in found.differences:
            self.stdout.write(f"reconcile: {difference}")
        if found.differences:
            raise CommandError(f"reconcile: {len(found.differences)} 处与数据不符，已要求重算")
        self.stdout.write(f"reconcile: {found.compared} 项指标与数据一致，{found.stale} 项等待重算")
