"""The notices through Redis and a worker: rung twice, told and sent once."""

import io

import pytest
from celery import current_app
from django.core.management import call_command

from planportal.accounts.models import User
from planportal.reporting.models import Digest, Notice, NoticeKind
from targets import services
from targets.figure_rules import Content
from targets.models import Target
from tests.jobs.workers import Worker, eventually

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_worker_tells_and_sends_once(transactional_db: None, worker: Worker) -> None:
    call_command("seed", "--demo", stdout=io.StringIO())
    staff, reviewer = User.objects.get(username="demo-staff"), User.objects.get(username="demo-reviewer")
    User.objects.filter(pk=staff.pk).update(email="staff@example.org")
    firms = Target.objects.get(code="high-tech-enterprises")
    figure = services.figure_draft(by=staff, target=firms, city=None, year=2017, content=Content(value="929"))
    services.figure_submit(by=staff, figure=figure, if_version=1)
    services.figure_return(by=reviewer, figure=figure, if_version=2, reason="请注明来源")
    for _ring in range(2):
        current_app.send_task("reporting.notices")
    assert eventually(Digest.objects.filter(sent_at__isnull=False).exists)
    told = Notice.objects.filter(kind=NoticeKind.RETURNED)
    assert [(notice.person, notice.digest) for notice in told] == [(staff, Digest.objects.get())]
