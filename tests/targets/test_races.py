"""Two at once on PostgreSQL: each race is forced by a lock that one holds while the other one waits for it."""

import io
from collections.abc import Callable

import pytest
from django.db import transaction

from planportal.accounts.models import User
from planportal.plan.models import Plan
from planportal.web.refusals import Stale
from targets import services
from targets.figure_rules import Content
from targets.loading import COLUMNS, load
from targets.models import Figure, FigureEvent, State, Target, TargetBuild
from tests.races import PATIENCE_SECONDS, Start

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(people: dict[str, User], target: Callable[[str], Target]) -> Figure:
    staff, firms = people["demo-staff"], target("high-tech-enterprises")
    return services.figure_draft(by=staff, target=firms, city=None, year=2017, content=Content(value="929"))


@pytest.fixture
def submitted(people: dict[str, User], draft: Figure) -> Figure:
    return services.figure_submit(by=people["demo-staff"], figure=draft, if_version=1)


def test_of_two_approvals_at_once_one_wins(people: dict[str, User], submitted: Figure, start: Start) -> None:
    def approve() -> Figure:
        return services.figure_approve(by=people["demo-reviewer"], figure=submitted, if_version=2)

    with transaction.atomic():
        approve()
        second = start(approve)
    with pytest.raises(Stale):
        second.result(PATIENCE_SECONDS)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.version) == (State.APPROVED, 3)
    assert submitted.events.filter(action=FigureEvent.Action.APPROVED).count() == 1
    assert not TargetBuild.objects.stale().exists()


def test_of_two_edits_at_once_one_wins(people: dict[str, User], draft: Figure, start: Start) -> None:
    def edit(value: str) -> Figure:
        changes = {"value": value}
        return services.figure_edit(by=people["demo-staff"], figure=draft, if_version=1, changes=changes)

    with transaction.atomic():
        edit("930")
        second = start(lambda: edit("931"))
    with pytest.raises(Stale):
        second.result(PATIENCE_SECONDS)
    draft.refresh_from_db()
    assert (draft.value, draft.version) == (930, 2)


def test_an_approval_supersedes_what_was_loaded_while_it_waited(
    people: dict[str, User], seeded: Plan, target: Callable[[str], Target], start: Start
) -> None:
    staff, incubators = people["demo-staff"], target("incubators")
    content = Content(value="141", reason="年末核实")
    figure = services.figure_draft(by=staff, target=incubators, city=None, year=2018, content=content)
    figure = services.figure_submit(by=staff, figure=figure, if_version=1)
    with transaction.atomic():
        load(seeded, published())
        approval = start(lambda: services.figure_approve(by=people["demo-reviewer"], figure=figure, if_version=2))
    assert approval.result(PATIENCE_SECONDS).supersedes.source == "统计公报"


def test_the_same_file_loaded_twice_at_once_is_loaded_once(seeded: Plan, start: Start) -> None:
    with transaction.atomic():
        assert load(seeded, published()) == (1, 0)
        second = start(lambda: load(seeded, published()))
    assert second.result(PATIENCE_SECONDS) == (0, 1)


def published() -> io.StringIO:
    return io.StringIO(f"{','.join(COLUMNS)}\nincubators,2018,,140,家,published,,2019-03-01,统计公报,省科技厅,,年末\n")
