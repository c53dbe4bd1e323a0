"""The steps of a figure: what each writes, what each refuses, and that a refused step leaves nothing but its event."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from planportal.accounts.models import User
from planportal.web.refusals import Conflict, Forbidden, Invalid, Stale
from targets import services
from targets.figure_rules import Content
from targets.models import Figure, FigureEvent, FigureVersion, State, Target
from tests.history import rewriting

Targets = Callable[[str], Target]
People = dict[str, User]


@pytest.fixture
def draft(people: People, target: Targets) -> Figure:
    return services.figure_draft(
        by=people["demo-staff"],
        target=target("high-tech-enterprises"),
        city=None,
        year=2017,
        content=Content(value="929", source="省科技厅统计"),
    )


@pytest.fixture
def submitted(people: People, draft: Figure) -> Figure:
    return services.figure_submit(by=people["demo-staff"], figure=draft, if_version=1)


@pytest.fixture
def approved(people: People, submitted: Figure) -> Figure:
    return services.figure_approve(by=people["demo-reviewer"], figure=submitted, if_version=2)


def steps(figure: Figure) -> list[tuple[str, str, str, int | None]]:
    return list(figure.events.values_list("action", "from_state", "to_state", "version"))


def test_each_step_leaves_a_version_and_an_event(approved: Figure) -> None:
    assert steps(approved) == [
        ("drafted", "", "draft", 1),
        ("submitted", "draft", "submitted", 2),
        ("approved", "submitted", "approved", 3),
    ]
    assert list(approved.versions.values_list("number", "state", "value")) == [
        (1, "draft", Decimal(929)),
        (2, "submitted", Decimal(929)),
        (3, "approved", Decimal(929)),
    ]


def test_an_edit_keeps_the_earlier_version(people: People, draft: Figure) -> None:
    services.figure_edit(by=people["demo-staff"], figure=draft, if_version=1, changes={"value": "930", "note": "复核"})
    first, second = draft.versions.all()
    assert (first.value, first.note) == (Decimal(929), "")
    assert (second.value, second.note, second.source) == (Decimal(930), "复核", "省科技厅统计")


def test_approval_dates_and_numbers_the_figure(approved: Figure, target: Targets) -> None:
    approved.refresh_from_db()
    loaded = target("high-tech-enterprises").figures.exclude(pk=approved.pk)
    assert approved.known_from == timezone.localdate()
    assert approved.sequence == loaded.count() + 1
    assert approved.supersedes is None


def test_a_correction_names_what_it_supersedes(people: People, approved: Figure, target: Targets) -> None:
    correction = services.figure_draft(
        by=people["demo-staff"],
        target=target("high-tech-enterprises"),
        city=None,
        year=2017,
        content=Content(value="931", reason="漏报两家", cause="error"),
    )
    assert correction.supersedes == approved


def test_a_correction_without_a_reason_is_refused(people: People, approved: Figure, target: Targets) -> None:
    with pytest.raises(Invalid) as refused:
        services.figure_draft(
            by=people["demo-staff"],
            target=target("high-tech-enterprises"),
            city=None,
            year=2017,
            content=Content(value="931"),
        )
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("reason", "reason_required")]


def test_what_became_a_correction_unnoticed_is_not_approved(people: People, submitted: Figure) -> None:
    published = submitted.target.figures.provincial().get(year=2020)
    with rewriting():
        Figure.objects.filter(pk=published.pk).update(year=2017)
    with pytest.raises(Invalid) as refused:
        services.figure_approve(by=people["demo-reviewer"], figure=submitted, if_version=2)
    assert [fault.code for fault in refused.value.faults] == ["reason_required"]
    assert Figure.objects.get(pk=submitted.pk).state == State.SUBMITTED


def test_a_proxy_asks_for_no_reason_and_is_not_superseded(people: People, target: Targets) -> None:
    proxy = target("new-tech-firms").figures.get(year=2020)
    figure = services.figure_draft(
        by=people["demo-staff"],
        target=target("new-tech-firms"),
        city=None,
        year=2020,
        content=Content(value="410"),
    )
    assert proxy.standing == "proxy"
    assert figure.supersedes is None


def test_a_refused_step_stores_its_event_and_nothing_else(people: People, submitted: Figure) -> None:
    with pytest.raises(Forbidden):
        services.figure_approve(by=people["demo-staff"], figure=submitted, if_version=2)
    submitted.refresh_from_db()
    refusal = FigureEvent.objects.get(action="refused")
    assert (submitted.state, submitted.version) == (State.SUBMITTED, 2)
    assert (refusal.attempted, refusal.code, refusal.actor) == (
        "approved",
        "not_reviewer",
        people["demo-staff"],
    )


def test_nobody_approves_what_they_had_a_hand_in(people: People, target: Targets) -> None:
    reviewer = people["demo-reviewer"]
    figure = services.figure_draft(
        by=people["demo-staff"],
        target=target("incubators"),
        city=None,
        year=2018,
        content=Content(value="140"),
    )
    services.figure_edit(by=reviewer, figure=figure, if_version=1, changes={"note": "改"})
    services.figure_submit(by=people["demo-staff"], figure=figure, if_version=2)
    with pytest.raises(Forbidden) as refused:
        services.figure_approve(by=reviewer, figure=figure, if_version=3)
    assert refused.value.code == "own_figure"


def test_of_two_steps_on_one_version_the_second_is_stale(people: People, submitted: Figure) -> None:
    services.figure_return(by=people["demo-reviewer"], figure=submitted, if_version=2, reason="请附来源")
    with pytest.raises(Stale) as refused:
        services.figure_approve(by=people["demo-reviewer"], figure=submitted, if_version=2)
    assert refused.value.current.version == 3


def test_a_step_from_a_wrong_state_is_refused(people: People, draft: Figure) -> None:
    with pytest.raises(Conflict) as refused:
        services.figure_approve(by=people["demo-reviewer"], figure=draft, if_version=1)
    assert refused.value.code == "wrong_state"


def test_only_one_open_figure_of_a_key(people: People, draft: Figure, target: Targets) -> None:
    with pytest.raises(Conflict) as refused:
        services.figure_draft(
            by=people["demo-staff"],
            target=target("high-tech-enterprises"),
            city=None,
            year=2017,
            content=Content(value="929"),
        )
    assert refused.value.code == "open_figure_exists"


def test_the_database_refuses_a_second_open_figure_too(draft: Figure) -> None:
    twin = Figure(target=draft.target, year=2017, value=1, created_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


@pytest.mark.parametrize(
    "damage",
    [
        {"state": "lost"},
        {"value": Decimal(100000000000)},
        {"value": None},
        {"year": 1900},
        {"state": "approved"},
        {"state": "submitted"},
        {"standing": "guess"},
        {"cause": "mood"},
    ],
    ids=str,
)
def test_the_database_refuses_what_the_rules_refuse(draft: Figure, damage: dict[str, object]) -> None:
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        Figure.objects.filter(pk=draft.pk).update(**damage)


def test_the_database_refuses_an_approval_by_the_one_who_entered(approved: Figure, people: People) -> None:
    with rewriting(), pytest.raises(IntegrityError, match="figure_four_eyes"), transaction.atomic():
        Figure.objects.filter(pk=approved.pk).update(approved_by=people["demo-staff"])


def test_the_database_refuses_an_approval_by_nobody(approved: Figure) -> None:
    """A published figure that a file brought has nobody either; its publication approved it."""
    with rewriting():
        with pytest.raises(IntegrityError, match="figure_approved_by_somebody"), transaction.atomic():
            Figure.objects.filter(pk=approved.pk).update(approved_by=None)
        Figure.objects.filter(pk=approved.pk).update(approved_by=None, origin="loaded")


@pytest.mark.parametrize("nan", ["NaN", "Infinity"])
def test_direct_sql_cannot_store_what_is_no_number(draft: Figure, nan: str) -> None:
    update = "UPDATE targets_figure SET value = %s WHERE id = %s"
    with pytest.raises((IntegrityError, DataError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(update, [float(nan), draft.pk])


def test_withdrawing_needs_a_reason_and_frees_the_key(people: People, draft: Figure, target: Targets) -> None:
    with pytest.raises(Invalid):
        services.figure_withdraw(by=people["demo-staff"], figure=draft, if_version=1, reason=" ")
    services.figure_withdraw(by=people["demo-staff"], figure=draft, if_version=1, reason="填错年份")
    assert not Figure.objects.open().exists()
    assert FigureVersion.objects.filter(figure=draft).count() == 2


def test_a_figure_is_taken_back_by_an_approved_null(people: People, approved: Figure, target: Targets) -> None:
    empty = services.figure_draft(
        by=people["demo-staff"],
        target=target("high-tech-enterprises"),
        city=None,
        year=2017,
        content=Content(value=None, reason="来源撤稿"),
    )
    services.figure_submit(by=people["demo-staff"], figure=empty, if_version=1)
    empty = services.figure_approve(by=people["demo-reviewer"], figure=empty, if_version=2)
    assert (empty.value, empty.supersedes) == (None, approved)
