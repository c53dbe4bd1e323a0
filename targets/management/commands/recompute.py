"""manage.py recompute: rebuilds snapshots from the figures, of one target or of all."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from targets import recompute
from targets.models import Target

PATIENCE = timedelta(minutes=2)


class Command(BaseCommand):
    help = "Rebuild the snapshots (raises the wanted sequence first, so a running build cannot pass for this one)."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--all", action="store_true", help="every target of every plan (the default)")
        which.add_argument("--target", metavar="CODE", help="the targets of this code")

    def handle(self, *args: Any, **options: Any) -> None:
        targets = Target.objects.order_by("pk")
        if options["target"]:
            targets = targets.filter(code=options["target"])
            if not targets:
                raise CommandError(f"recompute: 没有指标“{options['target']}”")
        ids = list(targets.values_list("pk", flat=True))
        with transaction.atomic():
            recompute.want(ids, rings=False)
        failed = recompute.build_all(ids, patience=PATIENCE)
        self.stdout.write(f"recompute: {len(ids) - len(failed)} / {len(ids)}")
        if failed:
            names = "、".join(Target.objects.filter(pk__in=failed).values_list("code", flat=True))
            raise CommandError(f"recompute: 未完成：{names}；原因见日志，清扫进程会再试")
