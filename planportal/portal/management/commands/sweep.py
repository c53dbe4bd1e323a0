"""manage.py sweep: builds every stale target and seals the history; --loop does so for ever, every SWEEP_SECONDS, and
sends canaries."""

import logging
import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, close_old_connections
from django.utils import timezone

from planportal.audit.sealing import seal_history
from planportal.corrections.services import correction_forget
from planportal.search.misses import forget_senders
from targets import canary, recompute, replays

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Build what is stale, forget answers kept long enough, seal the history; needs the database only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on until SIGTERM")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["loop"]:
            self.stdout.write(f"sweep: {_sweep()}")
            return
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.is_set():
            self._round()
            stopped.wait(settings.SWEEP_SECONDS)

    @staticmethod
    def _round() -> None:
        try:
            close_old_connections()
            fresh = _sweep()
            canary.send_if_due()
        except Error:
            # A database that restarts must not end the process that heals what was left undone; a connection that was
            # cut is no DatabaseError but an InterfaceError.
            logger.exception("the sweep did not reach the database, next try in %s s", settings.SWEEP_SECONDS)
            return
        if fresh:
            logger.info("sweep built %s targets", fresh)


def _sweep() -> int:
    """One round; the count of targets made fresh."""
    fresh = recompute.sweep()
    replays.forget_old()
    correction_forget(timezone.now())
    forget_senders(timezone.now())
    seal_history()
    return fresh
