"""manage.py restore: puts a backup back, or tries it out with --verify."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from planportal.ops.backup.archive import BackupError
from planportal.ops.backup.restoring import Outcome, restore, verify
from planportal.portal.management.commands.backup import leave_cleanly


class Command(BaseCommand):
    help = "Restore a backup into an empty database; stop the portal's processes first."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the archive that backup wrote")
        where = parser.add_mutually_exclusive_group()
        where.add_argument("--into", metavar="URL", default="", help="an empty database instead of the configured one")
        where.add_argument("--force", action="store_true", help="replace the configured database though it has rows")
        where.add_argument("--verify", action="store_true", help="the drill: restore, check and throw away")

    def handle(self, *args: Any, **options: Any) -> None:
        leave_cleanly()
        archive: Path = options["file"]
        try:
            if options["verify"]:
                outcome = verify(archive)
            else:
                outcome = restore(archive, into=options["into"], force=options["force"])
        except BackupError as error:
            raise CommandError(f"restore: {error}") from error
        except OSError as error:
            raise CommandError(f"restore: 没有恢复：{error}") from error
        self._tell(outcome, is_drill=options["verify"])

    def _tell(self, outcome: Outcome, *, is_drill: bool) -> None:
        manifest = outcome.manifest
        done = "演练：已恢复到临时数据库并删除" if is_drill else "已恢复"
        self.stdout.write(
            f"restore: {done}；{manifest.plan}，门户 {manifest.portal_version}，{manifest.database}；"
            f"含 {manifest.complete_until} 之前确认的全部数据"
        )
        if outcome.differences:
            for difference in outcome.differences:
                self.stdout.write(f"restore: {difference}")
            raise CommandError("restore: 与备份清单不一致，见上")
        files = len(manifest.members) - 1
        self.stdout.write(
            f"restore: {len(manifest.rows)} 个表 {manifest.row_count} 行、{files} 个佐证文件，与清单一致；"
            + ("每份评估独立重算，结果相同" if is_drill else "所有指标已重算")
        )
