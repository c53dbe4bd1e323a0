"""manage.py index_search: the index of every plan brought up to date, and what is wrong in the file of synonyms."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from planportal.plan.models import Plan
from planportal.search.held import load_synonyms, told
from planportal.search.indexing import index
from planportal.search.models import Entry


class Command(BaseCommand):
    help = "Bring the search index of every plan up to date, and check the file of synonyms."

    def handle(self, *args: Any, **options: Any) -> None:
        for plan in Plan.objects.all():
            try:
                changed = index(plan)
            except ValidationError as error:
                raise CommandError(f"index_search: {plan.code} {error.messages[0]}") from error
            count = Entry.objects.filter(plan=plan).count()
            self.stdout.write(f"index_search: {plan.code} 共 {count} 条，写入或移除 {changed}")
        synonyms, faults = load_synonyms(Path(settings.SEARCH_SYNONYMS))
        group_count = synonyms.group_count if synonyms else 0
        for fault in faults:
            self.stdout.write(f"index_search: {settings.SEARCH_SYNONYMS} {told(fault)}")
        self.stdout.write(f"index_search: 同义词 {group_count} 组，有误 {len(faults)} 行")
