"""manage.py recompute: rebuilds snapshots from the figures, of one target or of all."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import timedelta
from itertools import chain
from multiprocessing import get_context
from typing import Any

import django
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from targets import recompute
from targets.models import Target

PATIENCE = timedelta(minutes=2)
MOST_WORKERS = 64
# So few at once that no process is left with much when the others have ended.
CHUNK = 25


class Command(BaseCommand):
    help = "Rebuild the snapshots (raises the wanted sequence first, so a running build cannot pass for this one)."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--all", action="store_true", help="every target of every plan (the default)")
        which.add_argument("--target", metavar="CODE", help="the targets of this code")
        parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes that build (default: 1)")

    def handle(self, *args: Any, **options: Any) -> None:
        workers = options["workers"]
        if not 1 <= workers <= MOST_WORKERS:
            raise CommandError(f"recompute: --workers 为 {workers}，可用 1 至 {MOST_WORKERS}")
        targets = Target.objects.order_by("pk")
        if options["target"]:
            targets = targets.filter(code=options["target"])
            if not targets:
                raise CommandError(f"recompute: 没有指标“{options['target']}”")
        ids = list(targets.values_list("pk", flat=True))
        with transaction.atomic():
            recompute.want(ids, rings=False)
        failed = _build(ids) if workers == 1 else _build_beside(ids, workers)
        self.stdout.write(f"recompute: {len(ids) - len(failed)} / {len(ids)}")
        if failed:
            names = "、".join(Target.objects.filter(pk__in=failed).values_list("code", flat=True))
            raise CommandError(f"recompute: 未完成：{names}；原因见日志，清扫进程会再试")


def _build(ids: Sequence[int]) -> list[int]:
    return recompute.build_all(ids, patience=PATIENCE)


def _build_beside(ids: Sequence[int], workers: int) -> list[int]:
    """Builds in processes of their own, each with its connection; the ids that stayed stale."""
    chunks = [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
    # Spawned, not forked: a forked process would share this one's connection to the database.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=django.setup) as pool:
        try:
            return list(chain.from_iterable(pool.map(_build, chunks)))
        except BrokenProcessPool as error:
            raise CommandError("recompute: 有一个重算进程意外中断；未完成的由清扫进程再试") from error
