"""The official text of a plan: stored only where it is the very text that the plan's facts were read from."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from planportal.plan.models import Plan, PlanText
from planportal.plan.text import Line, SourceError, read_lines


class RefusedText(ValueError):
    """A text that is not the plan's; the message, one line, says in Chinese what was got and what is allowed."""


@dataclass(frozen=True)
class LoadedText:
    """The text as numbered lines, and when it was loaded."""

    lines: tuple[Line, ...]
    loaded_at: datetime


def text_load(*, plan: Plan, source: bytes) -> bool:
    """Store the official text; whether anything changed, so repeating it is safe.

    Raises RefusedText, and stores nothing, where its SHA-256 is not the plan's `source_sha256`, where the plan has
    none, or where it is no whole text in UTF-8.
    """
    if not plan.source_sha256:
        raise RefusedText(f"规划“{plan.code}”没有写明原文的 SHA-256，无法核对文件是不是它的原文")
    found = hashlib.sha256(source).hexdigest()
    if found != plan.source_sha256:
        raise RefusedText(f"文件的 SHA-256 是 {found}，规划“{plan.code}”的原文应为 {plan.source_sha256}")
    try:
        read_lines(source)
    except SourceError as error:
        raise RefusedText(str(error)) from error
    text = source.decode("utf-8")
    with transaction.atomic():
        if PlanText.objects.select_for_update().filter(plan=plan, text=text).exists():
            return False
        PlanText.objects.update_or_create(plan=plan, defaults={"text": text, "loaded_at": timezone.now()})
    return True


def text_remove(*, plan: Plan) -> bool:
    """Take the text out again; whether there was one."""
    return bool(PlanText.objects.filter(plan=plan).delete()[0])


def loaded_text(plan: Plan) -> LoadedText | None:
    """The text as loaded; None without one, and where it is not that of the facts now (seeded from another since)."""
    stored = PlanText.objects.filter(plan=plan).first()
    if stored is None or hashlib.sha256(stored.text.encode()).hexdigest() != plan.source_sha256:
        return None
    return LoadedText(read_lines(stored.text.encode()), stored.loaded_at)
