"""The nightly look: what differs is named, logged and mended; what is merely stale is not called wrong."""

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from planportal.plan.models import Plan
from targets import recompute
from targets.models import Snapshot, Target, TargetBuild
from targets.reconcile import reconcile
from tests.history import rewriting

CODE = "high-tech-enterprises"


def run() -> tuple[str, str]:
    """What the command prints, and the error it ends with."""
    printed = io.StringIO()
    try:
        call_command("reconcile", stdout=printed)
    except CommandError as error:
        return printed.getvalue(), str(error)
    return printed.getvalue(), ""


def alter(target: Target, change: str) -> None:
    """Changes a snapshot past the portal."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE targets_snapshot SET {change} WHERE target_id = %s AND as_of_year = 2020 AND view = 'approved'",
            [target.pk],
        )


@pytest.fixture
def firms(target: Callable[[str], Target]) -> Target:
    return target(CODE)


def test_without_a_difference_it_is_one_line(seeded: Plan) -> None:
    before = list(Snapshot.objects.order_by("pk").values())
    assert run() == ("reconcile: 13 项指标与数据一致，0 项等待重算\n", "")
    assert list(Snapshot.objects.order_by("pk").values()) == before
    assert not TargetBuild.objects.stale().exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("value = value + 1", "value：存 1933.000000，算得 1932.000000"),
        ("status = 'no_data'", "status：存 no_data，算得 achieved"),
        ("forecast_value = 1", "forecast_value：存 1.000000，算得 （无）"),
        ("flags = '[\"revised\"]'", "flags：存 ['revised']，算得 ['over_target']"),
    ],
)
def test_a_snapshot_changed_by_sql_is_found_named_and_healed(
    firms: Target, caplog: Any, django_capture_on_commit_callbacks: Any, change: str, words: str
) -> None:
    alter(firms, change)
    with django_capture_on_commit_callbacks(execute=True):
        printed, error = run()
    assert printed == f"reconcile: {CODE} 2020 approved {words}\n"
    assert error == "reconcile: 1 处与数据不符，已要求重算"
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        f"a snapshot is not what the figures say: {CODE} 2020 approved {words}"
    ]
    # The ring after the commit built it in this process, as without a broker always.
    assert run() == ("reconcile: 13 项指标与数据一致，0 项等待重算\n", "")


def test_without_a_ring_it_is_left_marked_for_the_sweep(firms: Target, caplog: Any) -> None:
    alter(firms, "status = 'no_data'")
    run()
    assert list(TargetBuild.objects.stale().values_list("pk", flat=True)) == [firms.pk]
    assert recompute.sweep() == 1
    assert run()[1] == ""


def test_a_snapshot_that_is_missing_or_too_many_is_a_difference(firms: Target, caplog: Any) -> None:
    Snapshot.objects.filter(target=firms, as_of_year=2020, view="approved").update(as_of_year=2031)
    assert run()[0].splitlines() == [
        f"reconcile: {CODE} 2020 approved snapshot：存 （无），算得 有",
        f"reconcile: {CODE} 2031 approved snapshot：存 有，算得 （无）",
    ]


def test_a_figure_changed_past_the_portal_is_found(firms: Target, caplog: Any) -> None:
    figure = firms.figures.approved().filter(year=2020, city=None).order_by("-sequence")[0]
    with rewriting():
        firms.figures.filter(pk=figure.pk).update(value=Decimal(1050))
    found = reconcile().differences
    assert {difference.target for difference in found} == {CODE}
    assert ("value", "1932.000000", "1050.000000") in {(d.field, d.stored, d.computed) for d in found}


@pytest.mark.parametrize("how", ["wanted", "another method"])
def test_a_stale_target_is_no_difference(firms: Target, how: str) -> None:
    alter(firms, "status = 'no_data'")
    if how == "wanted":
        recompute.want([firms.pk], rings=False)
    else:
        TargetBuild.objects.filter(pk=firms.pk).update(method_version="0.9")
    assert run() == ("reconcile: 12 项指标与数据一致，1 项等待重算\n", "")


def test_a_target_that_changes_while_one_looks_is_no_difference(firms: Target) -> None:
    alter(firms, "status = 'no_data'")

    def want_meanwhile(execute: Any, sql: str, params: Any, *others: Any) -> Any:
        # Its snapshots are read after the first look at its mark: just then somebody approves a figure.
        if 'FROM "targets_snapshot"' in sql and firms.pk in params:
            recompute.want([firms.pk], rings=False)
        return execute(sql, params, *others)

    with connection.execute_wrapper(want_meanwhile):
        found = reconcile()
    assert (found.compared, found.stale, found.differences) == (12, 1, ())


def test_very_large_and_very_small_numbers_are_no_difference(target: Callable[[str], Target]) -> None:
    contracts = target("technology-contract-value")
    now = timezone.now()
    for year, value in ((2016, "99999999999.99"), (2017, "0.01"), (2018, "33333333333.33")):
        contracts.figures.create(
            year=year,
            value=Decimal(value),
            state="approved",
            origin="loaded",
            created_at=now,
            submitted_at=now,
            known_from=timezone.localdate(),
            sequence=1000 + year,
        )
    recompute.want([contracts.pk], rings=False)
    assert recompute.sweep() == 1
    assert run()[1] == ""
