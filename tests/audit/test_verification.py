"""verify_history: nothing where nothing was changed; each kind of tampering by its table, row, seal and name."""

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from planportal.accounts.models import AccountEvent, User
from planportal.audit.figure_checks import CONTENT
from planportal.audit.models import Seal
from planportal.audit.sealing import FIGURE_COLUMNS, NO_SEAL, head, seal_history
from planportal.plan.models import Plan
from planportal.reporting.models import ReportingEvent
from targets import services
from targets.models import Evidence, Figure, FigureEvent, FigureVersion, State, TargetAmendment
from targets.receipts import receipt_of_step
from tests.audit.history_rows import make_history
from tests.history import rewriting

Tamper = Callable[[Figure], object]


def verified(*options: str) -> tuple[int, list[str]]:
    """The exit code and the lines of `verify_history`."""
    out = io.StringIO()
    try:
        call_command("verify_history", *options, stdout=out)
    except CommandError as error:
        return error.returncode, [*out.getvalue().splitlines(), str(error)]
    return 0, out.getvalue().splitlines()


@pytest.fixture
def figure(seeded: Plan, people: dict[str, User]) -> Figure:
    """The approved figure of a history that is all sealed."""
    return make_history(seeded, people)


def test_nothing_sealed_yet(seeded: Plan) -> None:
    code, lines = verified()
    assert code == 0
    assert lines[0].startswith("verify_history: 未发现改动；封存 0 批，0 行，未封存 ")
    assert lines[0].endswith("尚无链头")


def test_what_is_sealed_and_unchanged(figure: Figure) -> None:
    last = head()
    assert last is not None
    rows = sum(Seal.objects.values_list("rows", flat=True))
    told = f"verify_history: 未发现改动；封存 1 批，{rows} 行，未封存 0 行，链头 1:{last.digest}"
    assert verified() == (0, [told])
    assert verified("--head", f"1:{last.digest}") == (0, [told])


def test_what_is_not_sealed_yet_is_counted(figure: Figure, people: dict[str, User]) -> None:
    services.figure_draft(
        by=people["demo-staff"],
        target=figure.target,
        city=None,
        year=2018,
        content=services.content_of(figure),
    )
    code, [line] = verified()
    assert (code, "未封存 3 行" in line) == (0, True)


def a_version(figure: Figure) -> FigureVersion:
    return figure.versions.get(number=2)


TAMPERINGS: dict[str, tuple[Tamper, str]] = {
    "a version's value": (
        lambda figure: FigureVersion.objects.filter(pk=a_version(figure).pk).update(value=Decimal(930)),
        "targets_figureversion {version}（第 1 号封存）：内容已改动",
    ),
    "an event's actor": (
        lambda figure: figure.events.filter(version=2).update(actor=None),
        "targets_figureevent {event}（第 1 号封存）：内容已改动",
    ),
    "a deleted event": (
        lambda figure: figure.events.filter(version=2).delete(),
        "targets_figureevent {event}（第 1 号封存）：缺失",
    ),
    "a deleted version": (
        lambda figure: FigureVersion.objects.filter(pk=a_version(figure).pk).delete(),
        "targets_figureversion {version}（第 1 号封存）：缺失",
    ),
    "an amendment": (
        lambda _figure: TargetAmendment.objects.update(new_value=1),
        "targets_targetamendment {amendment}（第 1 号封存）：内容已改动",
    ),
    "a decision": (
        lambda _figure: ReportingEvent.objects.update(detail="x"),
        "reporting_reportingevent {decision}（第 1 号封存）：内容已改动",
    ),
    "an account's event": (
        lambda _figure: AccountEvent.objects.update(detail="x"),
        "accounts_accountevent {account}（第 1 号封存）：内容已改动",
    ),
    "the hash of evidence": (
        lambda _figure: Evidence.objects.update(address="https://example.org/other"),
        "targets_evidence {evidence}（第 1 号封存）：内容已改动",
    ),
    "the year of a figure": (
        lambda figure: Figure.objects.filter(pk=figure.pk).update(year=2016),
        "targets_figure {figure}（第 1 号封存）：内容已改动",
    ),
    "the value of a figure": (
        lambda figure: Figure.objects.filter(pk=figure.pk).update(value=Decimal(930)),
        "targets_figure {figure}：与第 3 版不一致：value",
    ),
    "since when a figure is known": (
        lambda figure: Figure.objects.filter(pk=figure.pk).update(known_from="2018-01-01"),
        "targets_figure {figure}：与第 3 版不一致：known_from",
    ),
    "a state": (
        lambda figure: Figure.objects.filter(pk=figure.pk).update(
            state=State.WITHDRAWN, known_from=None, sequence=None
        ),
        "targets_figure {figure}：与第 3 版不一致：state、known_from、sequence",
    ),
    "who approved": (
        lambda figure: Figure.objects.filter(pk=figure.pk).update(
            approved_by=User.objects.get(username="demo-auditor")
        ),
        "targets_figure {figure}：与事件不一致：approved_by",
    ),
    "when it was handed in": (
        lambda figure: Figure.objects.filter(pk=figure.pk).update(submitted_at="2018-01-01T00:00:00Z"),
        "targets_figure {figure}：与事件不一致：submitted_at",
    ),
    "a version more": (
        lambda figure: FigureVersion.objects.create(figure=figure, number=5, state="approved", provisional=False),
        "targets_figure {figure}：版本不连续：应有 1 至 3，现有 1、2、3、5",
    ),
    "a seal": (lambda _figure: Seal.objects.update(sealed_at=timezone.now()), "audit_seal 1：封存本身已改动"),
    "a mark": (lambda _figure: Seal.objects.update(marks={}), "audit_seal 1：targets_figure 的标记与编号不符"),
    "how many rows a seal has": (lambda _figure: Seal.objects.update(rows=1), "audit_seal 1：封存本身已改动"),
    "whether a seal leaves gaps": (
        lambda _figure: Seal.objects.update(has_gaps=not Seal.objects.get().has_gaps),
        "audit_seal 1：封存本身已改动",
    ),
    "a seal's predecessor": (
        lambda _figure: Seal.objects.update(previous="1" * 64),
        "audit_seal 1：与上一号封存不相接",
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_was_changed_is_named(figure: Figure, name: str) -> None:
    tamper, expected = TAMPERINGS[name]
    names = {
        "figure": figure.pk,
        "version": a_version(figure).pk,
        "event": figure.events.get(version=2).pk,
        "amendment": TargetAmendment.objects.get().pk,
        "decision": ReportingEvent.objects.order_by("pk").first().pk,
        "account": AccountEvent.objects.order_by("pk").first().pk,
        "evidence": figure.evidence.get().pk,
    }
    with rewriting():
        tamper(figure)
    code, lines = verified()
    assert code == 1
    assert expected.format(**names) in lines


def test_a_version_without_its_event(figure: Figure, people: dict[str, User]) -> None:
    services.figure_draft(
        by=people["demo-staff"], target=figure.target, city=None, year=2018, content=services.content_of(figure)
    )
    fresh = Figure.objects.get(target=figure.target, year=2018, city=None, state="draft")
    with rewriting():
        fresh.events.all().delete()
    code, lines = verified()
    assert code == 1
    assert f"targets_figure {fresh.pk}：第 1 版没有事件" in lines


def refused_event(figure: Figure, **values: object) -> FigureEvent:
    return FigureEvent(
        target=figure.target,
        action="refused",
        attempted="approved",
        code="own_figure",
        **{"at": timezone.now(), **values},
    )


@pytest.mark.parametrize("seal", ["", "（第 2 号封存）"], ids=["not sealed yet", "sealed since"])
def test_what_was_inserted_for_an_earlier_time(figure: Figure, seal: str) -> None:
    inserted = refused_event(figure, at=timezone.now() - timedelta(hours=1))
    inserted.save()
    if seal:
        seal_history()
    code, lines = verified()
    assert (code, lines[0]) == (1, f"targets_figureevent {inserted.pk}{seal}：所记时间之后才插入")


def test_what_was_inserted_into_a_gap(figure: Figure) -> None:
    gap, after = FigureEvent.objects.latest("pk").pk + 1, refused_event(figure)
    after.pk = gap + 1
    after.save(force_insert=True)
    seal_history()
    assert verified()[0] == 0
    refused_event(figure, pk=gap, at=timezone.now() - timedelta(hours=1)).save(force_insert=True)
    code, lines = verified()
    assert (code, lines[0]) == (1, f"targets_figureevent {gap}：所记时间之后才插入")


def test_a_chain_sealed_anew_is_found_by_a_head_that_was_noted(figure: Figure) -> None:
    noted = head()
    with rewriting():
        figure.versions.update(value=Decimal(930))
        Figure.objects.filter(pk=figure.pk).update(value=Decimal(930))
        Seal.objects.all().delete()
    seal_history()
    assert verified()[0] == 0
    code, lines = verified("--head", str(noted))
    assert (code, lines[0].startswith("audit_seal 1：与另记的链头不符：现为 ")) == (1, True)


def test_a_chain_that_was_cut_off_is_found_by_a_head_that_was_noted(figure: Figure) -> None:
    refused_event(figure).save()
    seal_history()
    noted = head()
    with rewriting():
        Seal.objects.filter(number=2).delete()
    assert verified()[0] == 0
    code, lines = verified("--head", str(noted))
    assert (code, lines[0]) == (1, "audit_seal 2：没有这一号封存，与另记的链头不符")


def test_a_seal_that_is_missing_amid_the_chain(figure: Figure) -> None:
    for _time in range(2):
        refused_event(figure).save()
        seal_history()
    with rewriting():
        Seal.objects.filter(number=2).delete()
    code, lines = verified()
    assert code == 1
    assert {"audit_seal 2：缺失", "audit_seal 3：与上一号封存不相接"} <= set(lines)


def test_a_receipt_holds_until_what_it_is_about_is_changed(figure: Figure) -> None:
    receipt = receipt_of_step(figure=figure.pk, version=2)
    code, [line] = verified("--receipt", receipt.code)
    assert (code, line.endswith("；回执属实")) == (0, True)
    for other in (f"{receipt.event.pk}-00000000", f"{receipt.event.pk + 1}-{receipt.digest[:8]}"):
        code, lines = verified("--receipt", other)
        assert (code, "与回执不符" in lines[0]) == (1, True)
    assert "没有这一号回执" in verified("--receipt", "999999999-00000000")[1][0]
    with rewriting():
        figure.versions.filter(number=2).update(note="x")
    assert any("与回执不符" in line for line in verified("--receipt", receipt.code)[1])


@pytest.mark.parametrize(
    "options",
    [
        ["--head", "1"],
        ["--head", f"0:{NO_SEAL}"],
        ["--head", f"1:{'A' * 64}"],
        ["--receipt", "1-2"],
        ["--receipt", ""],
    ],
)
def test_what_cannot_be_read_is_no_verdict(seeded: Plan, options: list[str]) -> None:
    code, [line] = verified(*options)
    assert (code, f"{options[0]} 收到“{options[1]}”，应形如" in line) == (2, True)


def test_every_column_of_a_figure_is_proved_somehow() -> None:
    people = {"submitted_by_id", "endorsed_by_id", "approved_by_id", "submitted_at", "version"}
    assert {field.attname for field in Figure._meta.concrete_fields} == {*FIGURE_COLUMNS, *CONTENT, *people}
