"""The rows of the administration's list of reports: which of them one sender sent on one day, without saying who."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from planportal.corrections.models import Correction, CorrectionState
from planportal.plan.models import Plan


@dataclass(frozen=True)
class CorrectionLine:
    """A report as a row; `sender` counts the senders of the page from 1, None for one who sent no other that waits.

    `waiting` is how many reports of the same network and day wait, on any page.
    """

    correction: Correction
    is_ticked: bool
    sender: int | None
    waiting: int

    @property
    def is_open(self) -> bool:
        return self.correction.state == CorrectionState.OPEN


def lines_of(corrections: Iterable[Correction], ticked: Collection[int]) -> list[CorrectionLine]:
    """Reports of one plan as rows; one query more. A sender is known as long as the digest is kept: for a day."""
    rows = list(corrections)
    clients = {row.client for row in rows} - {""}
    waiting = Correction.objects.filter(
        plan__in={row.plan_id for row in rows}, state=CorrectionState.OPEN, client__in=clients
    )
    counts = dict(waiting.order_by().values_list("client").annotate(count=Count("pk")))
    several = dict.fromkeys(row.client for row in rows if counts.get(row.client, 0) > 1)
    numbers = {client: number for number, client in enumerate(several, start=1)}
    return [CorrectionLine(row, row.pk in ticked, numbers.get(row.client), counts.get(row.client, 0)) for row in rows]


def senders_of(plan: Plan, key: int) -> QuerySet[Correction, str]:
    """The digest of who sent a report, as a subquery; none where it is forgotten."""
    return Correction.objects.filter(plan=plan, pk=key).exclude(client="").values_list("client", flat=True)
