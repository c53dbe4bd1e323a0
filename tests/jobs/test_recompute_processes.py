"""manage.py recompute with several processes, on the test's own database."""

import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from planportal.plan.models import Plan
from targets.models import Snapshot, Target, TargetBuild
from tests.jobs.workers import environment_beside
from tests.ops.test_bench import SIZE, make
from tests.targets.refused import refused_figure


def recompute(*arguments: str) -> subprocess.CompletedProcess[str]:
    """As an operator calls it: processes of their own see only what is committed."""
    command = [sys.executable, "manage.py", "recompute", *arguments]
    return subprocess.run(
        command, env=environment_beside(), cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("workers", ["1", "3"])
def test_any_number_of_processes_builds_every_target_once(seeded: Plan, workers: str) -> None:
    make(3)
    targets = (1 + 3) * SIZE.targets
    ran = recompute("--all", "--workers", workers)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == f"recompute: {targets} / {targets}\n"
    assert not TargetBuild.objects.stale().exists()
    assert not TargetBuild.objects.filter(lease__isnull=False).exists()
    assert Snapshot.objects.count() == targets * 6 * 2


@pytest.mark.django_db(transaction=True)
def test_what_fails_in_another_process_is_named(seeded: Plan) -> None:
    # A negative figure of a kind that counts from zero, which the method refuses.
    target = Target.objects.get(plan=seeded, code="innovation-teams")
    refused_figure(target)
    ran = recompute("--all", "--workers", "2")
    assert ran.returncode == 1
    assert "recompute: 12 / 13" in ran.stdout
    assert "未完成：innovation-teams；" in ran.stderr


@pytest.mark.parametrize("workers", ["0", "-1", "65"])
def test_a_number_of_processes_that_cannot_be_is_refused(workers: str) -> None:
    with pytest.raises(CommandError, match=rf"--workers 为 {workers}，可用 1 至 64"):
        call_command("recompute", "--workers", workers)
