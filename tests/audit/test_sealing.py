"""Seals: what is committed, once, in order; late and rolled-back ids; two sealers at once; the sweep and the page."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.test import Client

from planportal.accounts.models import User
from planportal.audit import sealing, verification
from planportal.audit.models import Seal
from planportal.audit.ranges import gaps_among, without
from planportal.audit.sealing import head, seal_history, seal_of
from planportal.audit.verification import one_snapshot, verify
from planportal.plan.models import Plan
from planportal.web.refusals import Forbidden
from targets import services
from targets.figure_rules import Content
from targets.models import Figure, FigureEvent, Target
from tests.waiting import PATIENCE_SECONDS, Start

Draft = Callable[..., Figure]


@pytest.fixture
def draft(people: dict[str, User], target: Callable[[str], Target]) -> Draft:
    """A draft of a target that nobody has published for 2017."""

    def make(code: str = "high-tech-enterprises") -> Figure:
        content = Content(value="929")
        return services.figure_draft(
            by=people["demo-staff"], target=target(code), city=None, year=2017, content=content
        )

    return make


def span(seal: Seal, model: type[Any]) -> dict[str, Any]:
    return dict(seal.spans[model._meta.db_table])


def is_sound() -> bool:
    return verify().findings == []


def test_what_is_new_is_sealed_once(draft: Draft) -> None:
    draft("incubators")
    [first] = seal_history()
    assert (first.number, first.previous) == (1, "0" * 64)
    assert seal_history() == []
    figure = draft()
    [second] = seal_history()
    assert (second.number, second.previous, second.rows) == (2, first.digest, 3)
    event = figure.events.get()
    assert (span(second, FigureEvent)["first"], span(second, FigureEvent)["last"]) == (event.pk, event.pk)
    assert seal_of(FigureEvent, event.pk, written_at=event.at) == second
    assert is_sound()


def test_a_refusal_is_sealed_too(draft: Draft, people: dict[str, User]) -> None:
    figure = draft()
    seal_history()
    with pytest.raises(Forbidden):
        services.figure_submit(by=people["demo-other"], figure=figure, if_version=1)
    refusal = figure.events.get(action="refused")
    [sealed] = seal_history()
    assert (span(sealed, FigureEvent)["last"], sealed.rows) == (refusal.pk, 1)


def test_a_long_history_takes_several_seals(seeded: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MOST_ROWS", FigureEvent.objects.count() // 2)
    made = seal_history()
    assert len(made) > 1
    assert not span(made[0], FigureEvent)["complete"]
    assert is_sound()


def test_what_an_interrupted_sealing_left_is_older_than_its_seals_and_sound(
    draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "MOST_ROWS", 10)
    monkeypatch.setattr(verification, "TOLERANCE", timedelta(0))
    first = sealing._seal_once()
    assert first is not None
    left = FigureEvent.objects.filter(pk__gt=span(first, FigureEvent)["last"])
    assert left.filter(at__lt=first.sealed_at).exists()
    assert [finding for finding in verify().findings if "插入" in str(finding)] == []
    seal_history()
    assert [finding for finding in verify().findings if "插入" in str(finding)] == []


def test_what_was_rolled_back_is_missing_and_stays_so(draft: Draft) -> None:
    gap = draft("incubated-firms").events.get().pk + 1
    seal_history()
    with transaction.atomic():
        draft()
        transaction.set_rollback(True)
    draft()
    [sealed] = seal_history()
    assert span(sealed, FigureEvent)["missing"] == [(gap, gap)]
    assert seal_history() == []
    assert is_sound()


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_later_is_sealed_later(draft: Draft) -> None:
    draft("incubators")
    seal_history()

    def another_one_meanwhile() -> tuple[Figure, list[Seal]]:
        try:
            return draft("incubated-firms"), seal_history()
        finally:
            connections.close_all()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        late = draft().events.get()
        _, [before] = pool.submit(another_one_meanwhile).result(PATIENCE_SECONDS)
    assert span(before, FigureEvent)["missing"] == [(late.pk, late.pk)]
    [after] = seal_history()
    assert span(after, FigureEvent)["late"] == [late.pk]
    assert seal_of(FigureEvent, late.pk, written_at=late.at) == after
    assert seal_history() == []
    assert is_sound()


@pytest.mark.django_db(transaction=True)
def test_a_verification_is_of_one_moment(draft: Draft) -> None:
    def another_one_meanwhile() -> None:
        try:
            draft()
        finally:
            connections.close_all()

    with one_snapshot(), ThreadPoolExecutor(1) as pool:
        before = Figure.objects.count()
        pool.submit(another_one_meanwhile).result(PATIENCE_SECONDS)
        assert Figure.objects.count() == before
    assert Figure.objects.count() == before + 1


@pytest.mark.django_db(transaction=True)
def test_of_two_sealers_at_once_one_gives_way(draft: Draft, start: Start) -> None:
    draft()
    with transaction.atomic():
        [sealed] = seal_history()
        second = start(seal_history)
    assert second.result(PATIENCE_SECONDS) == []
    assert list(Seal.objects.all()) == [sealed]
    assert is_sound()


def test_the_sweep_seals_and_says_what_it_said(draft: Draft) -> None:
    draft()
    out = io.StringIO()
    call_command("sweep", stdout=out)
    assert out.getvalue() == "sweep: 0\n"
    assert Seal.objects.count() == 1


def test_the_command_says_what_it_sealed(seeded: Plan) -> None:
    out = io.StringIO()
    for _time in range(2):
        call_command("seal", stdout=out)
    last = head()
    assert last is not None
    assert out.getvalue().splitlines() == [
        f"seal: 新封存 1 批，{last.rows} 行，链头 {last}",
        f"seal: 新封存 0 批，0 行，链头 {last}",
    ]


class TestPublished:
    def test_before_the_first_seal(self, client: Client, seeded: Plan) -> None:
        assert client.get("/data/history-head.json").json() == {
            "number": None,
            "digest": None,
            "sealed_at": None,
            "rows": 0,
        }
        assert "还没有封存过" in client.get("/data/").content.decode()

    def test_the_head_for_everybody_to_note(self, client: Client, seeded: Plan) -> None:
        [sealed] = seal_history()
        told = client.get("/data/history-head.json").json()
        assert (told["number"], told["digest"], told["rows"]) == (1, sealed.digest, sealed.rows)
        assert told["sealed_at"].endswith("+08:00")
        page = client.get("/data/").content.decode()
        assert f"<code>{sealed.digest}</code>" in page
        assert "第 1 号" in page
        assert client.get(f"/p/{seeded.code}/data/history-head.json").json() == told

    def test_it_is_only_read(self, client: Client, seeded: Plan) -> None:
        assert client.post("/data/history-head.json").status_code == 405


@pytest.mark.parametrize(
    ("first", "last", "present", "gaps"),
    [
        (1, 5, [1, 2, 3, 4, 5], []),
        (1, 5, [2, 5], [(1, 1), (3, 4)]),
        (3, 2, [], []),
        (1, 10**15, [10**15], [(1, 10**15 - 1)]),
    ],
)
def test_gaps_are_ranges(first: int, last: int, present: list[int], gaps: list[tuple[int, int]]) -> None:
    assert gaps_among(first, last, present) == gaps


def test_what_appeared_is_taken_from_the_ranges() -> None:
    assert without([(1, 5), (8, 8)], [3, 8, 9]) == [(1, 2), (4, 5)]
