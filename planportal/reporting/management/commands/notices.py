"""manage.py notices: gathers notices and sends the daily e-mails; --dry-run stores and sends nothing."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from planportal.reporting.digests import recipients, send_digests, untold_notices
from planportal.reporting.models import Notice
from planportal.reporting.notices import gather, missing, on_one_line, title_of_notice


class Command(BaseCommand):
    help = "Gather notices and send the daily e-mails, as the beat asks for every hour; repeating it is harmless."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what is missing; store and send nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["dry_run"]:
            self._tell_of(missing(now), now)
            return
        gathered = gather(now)
        self.stdout.write(f"notices: {gathered} 条新通知，发出 {send_digests(now)} 封邮件")

    def _tell_of(self, notices: list[Notice], now: datetime) -> None:
        for notice in notices:
            self.stdout.write(
                f"{notice.person.username}\t{notice.get_kind_display()}\t{on_one_line(title_of_notice(notice))}"
            )
        waiting = set(recipients(now, untold_notices(now))) | {
            notice.person for notice in notices if notice.person.email
        }
        self.stdout.write(f"notices: {len(notices)} 条新通知，至多 {len(waiting)} 人有邮件；没有保存，没有发送")
