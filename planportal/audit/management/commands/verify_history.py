"""manage.py verify_history: was the history changed? Reads only; exits 0 where nothing differs, 1 otherwise."""

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from planportal.audit.verification import Head, head_findings, receipt_findings, verify

HEAD = re.compile(r"([1-9][0-9]{0,8}):([0-9a-f]{64})")
RECEIPT = re.compile(r"([1-9][0-9]{0,17})-([0-9a-f]{8})")
UNREADABLE = 2


class Command(BaseCommand):
    help = "Recompute the seals and compare every figure with its versions and events."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", metavar="NUMBER:DIGEST", help="a head of the chain as it was published earlier")
        parser.add_argument("--receipt", metavar="ID-HEX", help="a receipt that somebody holds")

    def handle(self, *args: Any, **options: Any) -> None:
        noted = _read("--head", HEAD, options["head"], "形如 3:64 位十六进制小写字母和数字")
        held = _read("--receipt", RECEIPT, options["receipt"], "形如 12-0a1b2c3d")
        report = verify()
        findings = list(report.findings)
        if noted:
            findings += head_findings(Head(int(noted[1]), noted[2]))
        if held:
            findings += receipt_findings(int(held[1]), held[2])
        for finding in findings:
            self.stdout.write(str(finding))
        verdict = f"{len(findings)} 处不一致" if findings else "未发现改动"
        head = f"链头 {report.head}" if report.head else "尚无链头"
        said = (
            f"verify_history: {verdict}；封存 {report.seals} 批，{report.rows} 行，未封存 {report.unsealed} 行，{head}"
        )
        if findings:
            raise CommandError(said)
        self.stdout.write(f"{said}{'；回执属实' if held else ''}")


def _read(option: str, pattern: re.Pattern[str], given: str | None, allowed: str) -> re.Match[str] | None:
    """What an option says, None where it was not given; ends the command with 2 for what cannot be read."""
    if given is None:
        return None
    found = pattern.fullmatch(given)
    if found is None:
        raise CommandError(f"verify_history: {option} 收到“{given[:80]}”，应{allowed}", returncode=UNREADABLE)
    return found
