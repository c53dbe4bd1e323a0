"""manage.py load_plan_text FILE: the official text of a plan into the portal, or out of it again; then its index."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from planportal.plan.models import Plan
from planportal.plan.official_text import RefusedText, loaded_text, text_load, text_remove
from planportal.search.indexing import index


class Command(BaseCommand):
    help = "载入规划的官方原文，供在本站阅读；文件的 SHA-256 必须与规划数据所据的原文相同，否则什么也不保存。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="规划原文（UTF-8 文本）")
        parser.add_argument("--plan", default=settings.DEFAULT_PLAN, metavar="CODE", help="规划的代码")
        parser.add_argument("--remove", action="store_true", help="移除已载入的原文")

    def handle(self, *args: Any, **options: Any) -> None:
        if (options["file"] is None) != options["remove"]:
            raise CommandError("load_plan_text: 请写明原文文件，或者只写 --remove 移除已载入的原文")
        plan = Plan.objects.filter(code=options["plan"]).first()
        if plan is None:
            raise CommandError(f"load_plan_text: 没有规划“{options['plan']}”，请先运行 seed")
        # Whoever can read the text can find it too: both, or neither.
        with transaction.atomic():
            said = _remove(plan) if options["remove"] else _load(plan, options["file"])
            index(plan)
        self.stdout.write(f"load_plan_text: {said}")


def _load(plan: Plan, path: Path) -> str:
    try:
        is_new = text_load(plan=plan, source=path.read_bytes())
    except OSError as error:
        raise CommandError(f"load_plan_text: 无法读取文件 {path}：{error.strerror}") from error
    except RefusedText as refusal:
        raise CommandError(f"load_plan_text: {path} 未载入：{refusal}") from refusal
    text = loaded_text(plan)
    assert text is not None
    size = f"《{plan.title}》原文 {len(text.lines)} 行，SHA-256 {plan.source_sha256}"
    return f"已载入{size}" if is_new else f"没有变化，已有{size}"


def _remove(plan: Plan) -> str:
    return f"已移除《{plan.title}》的原文" if text_remove(plan=plan) else f"《{plan.title}》没有载入过原文"
