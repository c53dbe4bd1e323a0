"""From stale to fresh: marks, claims, builds, failures and repairs."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from planportal.accounts.models import User
from planportal.plan.models import Plan
from targets import recompute, services
from targets.figure_rules import Content
from targets.models import Snapshot, Target, TargetBuild, View
from tests.history import rewriting
from tests.targets.refused import refused_figure

Targets = Callable[[str], Target]


@pytest.fixture
def firms(target: Targets) -> Target:
    return target("high-tech-enterprises")


def status(target: Target, year: int, view: str = View.APPROVED) -> str:
    return Snapshot.objects.get(target=target, as_of_year=year, view=view).status


def submit_929(people: dict[str, User], firms: Target) -> Any:
    staff = people["demo-staff"]
    figure = services.figure_draft(by=staff, target=firms, city=None, year=2017, content=Content(value="929"))
    return services.figure_submit(by=staff, figure=figure, if_version=1)


def test_every_target_year_and_view_has_a_snapshot(seeded: Plan) -> None:
    assert Snapshot.objects.count() == 13 * 6 * 2
    assert not TargetBuild.objects.stale().exists()


def test_a_step_marks_its_target_stale_in_the_same_transaction(people: dict[str, User], firms: Target) -> None:
    others = set(TargetBuild.objects.exclude(pk=firms.pk).values_list("wanted_seq", flat=True))
    before = TargetBuild.objects.get(pk=firms.pk).wanted_seq
    submit_929(people, firms)
    assert TargetBuild.objects.get(pk=firms.pk).wanted_seq == before + 1
    assert set(TargetBuild.objects.exclude(pk=firms.pk).values_list("wanted_seq", flat=True)) == others


def test_a_refused_transaction_leaves_no_mark(firms: Target) -> None:
    before = TargetBuild.objects.get(pk=firms.pk).wanted_seq
    with pytest.raises(ZeroDivisionError):
        _want_and_fail(firms)
    assert TargetBuild.objects.get(pk=firms.pk).wanted_seq == before


def _want_and_fail(firms: Target) -> None:
    with transaction.atomic():
        recompute.want([firms.pk])
        raise ZeroDivisionError


def test_in_process_the_commit_builds(
    people: dict[str, User], firms: Target, django_capture_on_commit_callbacks: Any
) -> None:
    assert status(firms, 2017, View.REPORTED) == "no_data"
    with django_capture_on_commit_callbacks(execute=True):
        submitted = submit_929(people, firms)
    assert status(firms, 2017, View.REPORTED) == "on_track"
    assert status(firms, 2017) == "no_data"
    with django_capture_on_commit_callbacks(execute=True):
        services.figure_approve(by=people["demo-reviewer"], figure=submitted, if_version=2)
    assert status(firms, 2017) == "on_track"


def test_without_any_ring_the_sweep_builds(people: dict[str, User], firms: Target) -> None:
    submit_929(people, firms)
    assert status(firms, 2017, View.REPORTED) == "no_data"
    assert recompute.sweep() == 1
    assert status(firms, 2017, View.REPORTED) == "on_track"
    assert recompute.sweep() == 0


def test_a_late_slow_build_never_overwrites_a_newer_one(people: dict[str, User], firms: Target) -> None:
    recompute.want([firms.pk])
    slow = recompute._claim(firms.pk)
    assert slow is not None
    old_wanted = TargetBuild.objects.get(pk=firms.pk).wanted_seq
    old_snapshots = recompute.computed_snapshots(firms, old_wanted)
    TargetBuild.objects.filter(pk=firms.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    submit_929(people, firms)
    assert recompute.build(firms.pk)
    recompute._store(firms.pk, old_wanted, old_snapshots, slow.lease)
    assert status(firms, 2017, View.REPORTED) == "on_track"
    assert not TargetBuild.objects.get(pk=firms.pk).is_stale


@pytest.mark.parametrize(("many", "statements"), [(1, 1), (2, 2), (13, 2)])
def test_wanting_many_takes_them_in_order_and_asks_as_often_as_for_two(
    seeded: Plan, many: int, statements: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    ids = list(seeded.targets.order_by("-pk").values_list("pk", flat=True)[:many])
    with django_assert_num_queries(statements) as asked:
        recompute.want(ids, rings=False)
    assert set(TargetBuild.objects.stale().values_list("pk", flat=True)) == set(ids)
    if many > 1:
        assert asked[0]["sql"].endswith("ORDER BY 1 ASC FOR UPDATE")


def test_a_build_asks_for_the_previous_figures_where_the_plan_prints_none(
    target: Targets, django_assert_num_queries: Callable[..., Any]
) -> None:
    """The value of the previous plan's end is printed for one of them, and looked for among the other's figures."""
    for code, asked in (("high-tech-enterprises", 9), ("incubators", 10)):
        found = target(code)
        recompute.want([found.pk], rings=False)
        # Two of them are the savepoint that stands for the transaction.
        with django_assert_num_queries(asked):
            assert recompute.build(found.pk)


def test_a_claimed_target_is_left_to_its_claimer_until_the_lease_ends(firms: Target) -> None:
    recompute.want([firms.pk])
    assert recompute._claim(firms.pk) is not None
    assert not recompute.build(firms.pk)
    # The claimer died: after its lease and the pause that its counted attempt costs, anyone goes on.
    past = timezone.now() - timedelta(seconds=1)
    TargetBuild.objects.filter(pk=firms.pk).update(lease_until=past, next_attempt_at=past)
    assert recompute.build(firms.pk)


def test_a_figure_that_comes_in_during_a_build_is_built_too(people: dict[str, User], firms: Target) -> None:
    recompute.want([firms.pk])
    claim = recompute._claim(firms.pk)
    assert claim is not None
    wanted = TargetBuild.objects.get(pk=firms.pk).wanted_seq
    snapshots = recompute.computed_snapshots(firms, wanted)
    submit_929(people, firms)
    recompute._store(firms.pk, wanted, snapshots, claim.lease)
    assert TargetBuild.objects.get(pk=firms.pk).is_stale
    assert recompute.build(firms.pk)
    assert status(firms, 2017, View.REPORTED) == "on_track"


@pytest.fixture
def poisoned(target: Targets) -> Target:
    """A target whose inputs the method refuses: a negative figure of a kind that counts from zero."""
    teams = target("innovation-teams")
    refused_figure(teams)
    recompute.want([teams.pk])
    return teams


def test_a_failing_target_is_noted_and_the_others_go_on(poisoned: Target, firms: Target, caplog: Any) -> None:
    recompute.want([firms.pk])
    assert recompute.sweep() == 1
    row = TargetBuild.objects.get(pk=poisoned.pk)
    assert (row.attempts, row.last_error) == (1, "ValueError: negative_figure_for_from_zero_kind")
    assert row.next_attempt_at is not None
    assert row.next_attempt_at > timezone.now()
    assert not TargetBuild.objects.get(pk=firms.pk).is_stale


def test_a_failing_target_waits_longer_each_time_and_heals_when_mended(poisoned: Target, caplog: Any) -> None:
    pauses = []
    for _attempt in range(3):
        TargetBuild.objects.filter(pk=poisoned.pk).update(next_attempt_at=None)
        start = timezone.now()
        recompute.sweep()
        row = TargetBuild.objects.get(pk=poisoned.pk)
        pauses.append(round((row.next_attempt_at - start).total_seconds()))
    assert pauses == [5, 10, 20]
    with rewriting():
        poisoned.figures.filter(year=2016).update(value=Decimal(12))
    TargetBuild.objects.filter(pk=poisoned.pk).update(next_attempt_at=timezone.now())
    assert recompute.sweep() == 1
    row = TargetBuild.objects.get(pk=poisoned.pk)
    assert (row.attempts, row.last_error, row.lease) == (0, "", None)


def test_pauses_end_at_an_hour() -> None:
    assert recompute._pause(50) == timedelta(hours=1)


def test_a_new_method_version_makes_every_snapshot_stale(seeded: Plan) -> None:
    TargetBuild.objects.update(method_version="0.9")
    Snapshot.objects.update(method_version="0.9")
    assert recompute.sweep() == 13
    assert set(Snapshot.objects.values_list("method_version", flat=True)) == {recompute.METHOD_VERSION}


def test_a_new_method_version_leaves_a_failing_target_its_pauses(poisoned: Target, caplog: Any) -> None:
    TargetBuild.objects.filter(pk=poisoned.pk).update(method_version="0.9")
    recompute.sweep()
    recompute.sweep()
    assert TargetBuild.objects.get(pk=poisoned.pk).attempts == 1


def test_a_reader_repairs_what_nobody_built(people: dict[str, User], firms: Target) -> None:
    submit_929(people, firms)
    recompute.repair([firms.pk])
    assert status(firms, 2017, View.REPORTED) == "on_track"


def test_with_a_broker_a_reader_leaves_young_rows_to_the_workers(
    people: dict[str, User], firms: Target, settings: Any
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    submit_929(people, firms)
    recompute.repair([firms.pk])
    assert status(firms, 2017, View.REPORTED) == "no_data"
    TargetBuild.objects.filter(pk=firms.pk).update(wanted_at=timezone.now() - timedelta(seconds=61))
    # Wanted again just now, but stale for a minute all the same.
    recompute.want([firms.pk])
    recompute.repair([firms.pk])
    assert status(firms, 2017, View.REPORTED) == "on_track"
