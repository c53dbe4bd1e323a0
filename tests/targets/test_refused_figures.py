"""Figures that the method refuses: pages and answers that have nothing stored to show say so, and invent no status."""

import logging
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from rest_framework.test import APIClient

from targets import recompute
from targets.models import Snapshot, Target, TargetBuild
from tests.history import rewriting
from tests.targets.desk import STAFF, faults
from tests.targets.refused import refused_figure

CODE = "innovation-teams"
PAGE = f"/targets/{CODE}/"
TOLD = "“重点领域创新团队”的现有数据有误，方法不能计算，所以没有结果可以显示；数据更正后即可恢复。"


@pytest.fixture
def teams(target: Callable[[str], Target]) -> Target:
    """A target with a figure that the method refuses, wanted since; its last snapshots are from before."""
    teams = target(CODE)
    teams.bases = ["first", "rebased"]
    teams.save()
    refused_figure(teams, basis="first")
    recompute.want([teams.pk], rings=False)
    return teams


def answers(client: Client, api: APIClient, query: str) -> dict[str, int]:
    """The status of every page and answer that shows results of the target."""
    pages = ["/", "/targets/", PAGE, f"{PAGE}what-if/", "/dashboard/"]
    found = {address: client.get(f"{address}{query}") for address in pages}
    assert {TOLD in page.content.decode() for page in found.values() if page.status_code == 503} <= {True}
    answer = api.get(f"/api/v1/dashboard/{query}")
    if answer.status_code == 503:
        assert faults(answer) == [("", "figures_refused")]
        assert answer.json()["errors"][0]["message"] == TOLD
    return {address: page.status_code for address, page in found.items()} | {"api": answer.status_code}


def test_what_is_worked_out_for_the_reader_is_said_to_have_no_result(
    browse: Callable[[str], Client], public: APIClient, teams: Target, caplog: pytest.LogCaptureFixture
) -> None:
    reader = browse(STAFF)
    caplog.set_level(logging.ERROR, logger="targets.assessing")
    # Stored results stay; what is asked of another day or basis is worked out anew.
    assert set(answers(reader, public, "?as_of_year=2018").values()) == {200}
    assert reader.get(f"{PAGE}?as_of_year=2018").context["page"].bases is None
    known_by = f"?as_of_year=2018&known_by={teams.figures.get().known_from}"
    assert set(answers(reader, public, known_by).values()) == {503}
    assert reader.get(f"{PAGE}?basis=first").status_code == 503
    assert reader.get(f"{PAGE}?basis=rebased").status_code == 200
    assert reader.get("/targets/incubators/?known_by=2020-01-01").status_code == 200
    told = {record.getMessage() for record in caplog.records if record.name == "targets.assessing"}
    assert told == {f"the method refuses the figures of target {CODE}: negative_figure_for_from_zero_kind"}


def test_nothing_is_shown_before_the_first_build_and_all_is_back_when_mended(
    browse: Callable[[str], Client], public: APIClient, teams: Target
) -> None:
    Snapshot.objects.filter(target=teams).delete()
    TargetBuild.objects.filter(pk=teams.pk).update(built_at=None, built_seq=0)
    reader = browse(STAFF)
    assert set(answers(reader, public, "").values()) == {503}
    figure = teams.figures.get()
    for address in ("/method/", f"{PAGE}figures/{figure.pk}/"):
        page = reader.get(address)
        assert (page.status_code, TOLD in page.content.decode()) == (503, True)
    with rewriting():
        teams.figures.update(value=Decimal(12))
    TargetBuild.objects.filter(pk=teams.pk).update(next_attempt_at=None)
    assert set(answers(reader, public, "").values()) == {200}
