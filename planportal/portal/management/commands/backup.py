"""manage.py backup: one archive with the database and the files of evidence, made while others write."""

import signal
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from planportal.ops.backup.archive import BackupError
from planportal.ops.backup.making import MadeBackup, back_up


class Command(BaseCommand):
    help = "Write an archive of the database and the evidence; var/env and other secrets are not in it."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help="the archive, or a folder for it (DATA_DIR/backups by default)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        leave_cleanly()
        try:
            made = back_up(options["file"])
        except BackupError as error:
            raise CommandError(f"backup: {error}") from error
        except OSError as error:
            raise CommandError(f"backup: 没有写成备份：{error}") from error
        self._tell(made)
        if made.manifest.evidence_faults:
            names = "、".join(made.manifest.evidence_faults)
            raise CommandError(f"backup: 备份已写成，但有佐证文件缺失或与登记的 SHA-256 不符：{names}")

    def _tell(self, made: MadeBackup) -> None:
        manifest = made.manifest
        files = len(manifest.members) - 1
        self.stdout.write(f"backup: {made.path}")
        self.stdout.write(f"backup: SHA-256 {made.sha256}")
        self.stdout.write(
            f"backup: {manifest.database}，{len(manifest.rows)} 个表 {manifest.row_count} 行，{files} 个佐证文件；"
            f"含 {manifest.complete_until} 之前确认的全部数据"
        )
        self.stdout.write("backup: 不含密钥：var/env 或环境变量请另行保管")


def leave_cleanly() -> None:
    """Has SIGTERM end the command as an error would, so that what was begun is taken away."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
