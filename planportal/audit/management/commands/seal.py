"""manage.py seal: seals the history that is committed and not sealed yet; the sweep does so in every round."""

from typing import Any

from django.core.management.base import BaseCommand

from planportal.audit.sealing import head, seal_history


class Command(BaseCommand):
    help = "Seal what was added to the history; repeating it is harmless."

    def handle(self, *args: Any, **options: Any) -> None:
        made = seal_history()
        last = head()
        rows, told = sum(seal.rows for seal in made), f"链头 {last}" if last else "尚无链头"
        self.stdout.write(f"seal: 新封存 {len(made)} 批，{rows} 行，{told}")
