"""Two reports, or two decisions on the same ones, at once on PostgreSQL: the second waits for the first."""

import pytest
from django.db import transaction

from planportal.accounts.models import User
from planportal.corrections.limits import MOST_OF_ONE, TooMany
from planportal.corrections.models import Correction, CorrectionState
from planportal.corrections.services import correction_submit
from planportal.plan.models import Plan
from planportal.reporting.correction_services import Settled, corrections_settle
from planportal.reporting.models import ReportingEvent
from tests.corrections.desk import TEXT
from tests.waiting import PATIENCE_SECONDS, Start

pytestmark = pytest.mark.django_db(transaction=True)


def submit(plan: Plan, text: str) -> Correction:
    return correction_submit(plan=plan, client="192.0.2.1", page="", kind="other", text=text)


def test_two_at_once_pass_neither_the_limit_nor_the_look_for_the_same(seeded: Plan, start: Start) -> None:
    [(most, _span), *_longer] = MOST_OF_ONE
    for number in range(most - 1):
        submit(seeded, f"{TEXT}{number}")
    with transaction.atomic():
        last = submit(seeded, TEXT)
        another = start(lambda: submit(seeded, f"{TEXT}另一条"))
    with pytest.raises(TooMany):
        another.result(PATIENCE_SECONDS)
    Correction.objects.exclude(pk=last.pk).delete()
    with transaction.atomic():
        first = submit(seeded, f"{TEXT}一样")
        same = start(lambda: submit(seeded, f"{TEXT}一样"))
    assert same.result(PATIENCE_SECONDS) == first
    assert Correction.objects.count() == 2


def test_two_who_settle_the_same_ones_at_once_settle_each_once(
    seeded: Plan, people: dict[str, User], start: Start
) -> None:
    made = [submit(seeded, f"{TEXT}{number}") for number in range(3)]

    def settle(chosen: list[Correction]) -> Settled:
        return corrections_settle(
            by=people["demo-admin"],
            plan=seeded,
            corrections=chosen,
            outcome=CorrectionState.DISMISSED,
            reason="重复",
        )

    with transaction.atomic():
        assert settle(made[:2]).late == []
        second = start(lambda: settle(made[::-1]))
    found = second.result(PATIENCE_SECONDS)
    assert (found.done, found.late) == ([made[2]], made[:2])
    assert ReportingEvent.objects.filter(action="correction_settled").count() == 3
