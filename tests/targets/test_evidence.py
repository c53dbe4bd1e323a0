"""The evidence of a figure: one step with its content, all or nothing, listed by every version, never lost."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from planportal.accounts.models import User
from planportal.web.refusals import Conflict, Forbidden, Invalid, Refusal, Stale
from targets import evidence, services
from targets.evidence import EvidenceChange, Link, open_unaltered
from targets.figure_rules import Content
from targets.models import Evidence, Figure, FigureEvent, FigureVersion, State, Target
from tests.targets.pieces import PDF, png, upload

People = Mapping[str, User]
LINK = Link(title="公告", address="https://kjt.hlj.gov.cn/a")
GONE_WRONG = upload("坏.pdf", b"<html>")


def files(*names: str) -> EvidenceChange:
    return EvidenceChange(files=[upload(name, PDF + name.encode()) for name in names])


def sha256(name: str) -> str:
    return hashlib.sha256(PDF + name.encode()).hexdigest()


def stored(folder: Path) -> int:
    return len(list(folder.glob("*"))) if folder.exists() else 0


@pytest.fixture
def start(people: People, target: Callable[[str], Target]) -> Callable[..., Figure]:
    """Drafts 2017's high-tech enterprises."""

    def drafted(change: EvidenceChange = evidence.NO_CHANGE, *, by: str = "demo-staff", **content: Any) -> Figure:
        return services.figure_draft(
            by=people[by],
            target=target("high-tech-enterprises"),
            city=None,
            year=2017,
            content=Content(**{"value": "929", **content}),
            evidence=change,
        )

    return drafted


@pytest.fixture
def edit(people: People) -> Callable[..., Figure]:
    """Changes a figure's evidence, and its content where some is named."""

    def edited(
        figure: Figure, change: EvidenceChange, *, by: str = "demo-staff", version: int | None = None, **changes: Any
    ) -> Figure:
        return services.figure_edit(
            by=people[by], figure=figure, if_version=version or figure.version, changes=changes, evidence=change
        )

    return edited


Start = Callable[..., Figure]
Edit = Callable[..., Figure]


class TestAttaching:
    def test_a_draft_comes_with_what_proves_it(self, people: People, start: Start, evidence_folder: Path) -> None:
        figure = start(EvidenceChange(files=[upload("年报.pdf"), upload("图.png", png())], links=[LINK]))
        report, picture, link = figure.evidence.all()
        assert (report.kind, report.name, report.media_type, report.size) == (
            "file",
            "年报.pdf",
            "application/pdf",
            len(PDF),
        )
        assert report.sha256 == hashlib.sha256(PDF).hexdigest()
        assert (report.added_by, report.removed_at) == (people["demo-staff"], None)
        assert picture.media_type == "image/png"
        assert (link.kind, link.name, link.address, link.size) == ("link", LINK.title, LINK.address, None)
        assert figure.version == 1
        with open_unaltered(report) as content:
            assert content.read() == PDF

    def test_files_lie_outside_the_web_root_under_random_names_for_nobody_else(
        self, start: Start, evidence_folder: Path, settings: Any
    ) -> None:
        start(files("年报.pdf"))
        [file] = evidence_folder.iterdir()
        assert file.name.isalnum()
        assert len(file.name) == 32
        assert evidence_folder.stat().st_mode & 0o777 == 0o700
        assert file.stat().st_mode & 0o777 == 0o600
        assert not evidence_folder.is_relative_to(settings.STATIC_ROOT)

    def test_an_edit_is_one_step_for_content_and_evidence(self, start: Start, edit: Edit) -> None:
        figure = edit(start(files("初稿.pdf")), files("定稿.pdf"), value="930")
        assert (figure.version, figure.value) == (2, 930)
        assert [piece.name for piece in figure.evidence.attached()] == ["初稿.pdf", "定稿.pdf"]
        assert [event.action for event in figure.events.all()] == ["drafted", "edited"]
        assert figure.events.get(version=2).why == "附上佐证材料：定稿.pdf"

    def test_evidence_alone_leaves_the_content(self, start: Start, edit: Edit) -> None:
        figure = edit(start(note="复核"), EvidenceChange(links=[LINK]))
        assert (figure.value, figure.note) == (929, "复核")
        assert figure.evidence.get().address == LINK.address

    def test_many_long_names_fit_into_the_event(self, start: Start) -> None:
        figure = start(files(*(f"{number}{'长' * 190}.pdf" for number in range(10))))
        why = figure.events.get().why
        assert len(why) == evidence.LONGEST_WORDS
        assert why.endswith("…")

    def test_a_correction_inherits_none(self, people: People, start: Start) -> None:
        figure = start(files("年报.pdf"))
        services.figure_submit(by=people["demo-staff"], figure=figure, if_version=1)
        services.figure_approve(by=people["demo-reviewer"], figure=figure, if_version=2)
        correction = start(value="931", reason="漏报两家", cause="error")
        assert correction.supersedes == figure
        assert correction.versions.get().evidence == []


class TestVersions:
    def test_each_version_lists_what_proved_it_then(self, people: People, start: Start, edit: Edit) -> None:
        figure = start(EvidenceChange(files=[upload("a.pdf", PDF + b"a.pdf")], links=[LINK]))
        first, link = figure.evidence.all()
        figure = edit(figure, EvidenceChange(files=[upload("b.pdf", PDF + b"b.pdf")], removed=[first.pk]))
        services.figure_submit(by=people["demo-staff"], figure=figure, if_version=2)
        services.figure_return(by=people["demo-reviewer"], figure=figure, if_version=3, reason="请补充")
        second = figure.evidence.get(name="b.pdf")
        of_first = {"id": first.pk, "name": "a.pdf", "sha256": sha256("a.pdf")}
        of_link = {"id": link.pk, "name": LINK.title, "address": LINK.address}
        of_second = {"id": second.pk, "name": "b.pdf", "sha256": sha256("b.pdf")}
        assert list(FigureVersion.objects.filter(figure=figure).values_list("number", "evidence")) == [
            (1, [of_first, of_link]),
            (2, [of_link, of_second]),
            (3, [of_link, of_second]),
            (4, [of_link, of_second]),
        ]

    def test_what_is_taken_away_stays_on_the_disk_and_can_be_read(
        self, start: Start, edit: Edit, evidence_folder: Path
    ) -> None:
        figure = start(files("a.pdf"))
        piece = figure.evidence.get()
        figure = edit(figure, EvidenceChange(removed=[piece.pk]))
        piece.refresh_from_db()
        assert piece.removed_at is not None
        assert figure.events.get(version=2).why == "移除佐证材料：a.pdf"
        assert stored(evidence_folder) == 1
        open_unaltered(piece).close()


def submitted(figure: Figure, people: People) -> Figure:
    return services.figure_submit(by=people["demo-staff"], figure=figure, if_version=1)


class TestRefusals:
    @pytest.mark.parametrize(
        ("who", "kind", "code"),
        [
            ("demo-other", Forbidden, "not_responsible"),
            ("demo-harbin", Forbidden, "read_only"),
            ("demo-auditor", Forbidden, "read_only"),
            ("demo-admin", Forbidden, "read_only"),
        ],
    )
    def test_who_may_not_enter_stores_nothing(
        self, start: Start, edit: Edit, evidence_folder: Path, who: str, kind: type[Refusal], code: str
    ) -> None:
        figure = start()
        for attempt in (lambda: start(files("a.pdf"), by=who), lambda: edit(figure, files("a.pdf"), by=who)):
            with pytest.raises(kind) as refused:
                attempt()
            assert refused.value.code == code
        assert (stored(evidence_folder), Evidence.objects.count()) == (0, 0)
        assert FigureEvent.objects.filter(action="refused").count() == 2

    def test_a_stale_version_comes_before_what_is_wrong(self, start: Start, edit: Edit, evidence_folder: Path) -> None:
        figure = edit(start(), EvidenceChange(links=[LINK]))
        for change in (EvidenceChange(files=[GONE_WRONG]), EvidenceChange(links=[Link(address="x")])):
            with pytest.raises(Stale):
                edit(figure, change, version=1)
        assert stored(evidence_folder) == 0

    @pytest.mark.parametrize("state", [State.SUBMITTED, State.APPROVED, State.WITHDRAWN])
    def test_only_a_draft_or_a_returned_figure_takes_evidence(
        self, people: People, start: Start, edit: Edit, evidence_folder: Path, state: str
    ) -> None:
        figure = start(EvidenceChange(links=[LINK]))
        kept = figure.evidence.get()
        if state == State.WITHDRAWN:
            figure = services.figure_withdraw(by=people["demo-staff"], figure=figure, if_version=1, reason="重复")
        else:
            figure = submitted(figure, people)
        if state == State.APPROVED:
            figure = services.figure_approve(by=people["demo-reviewer"], figure=figure, if_version=2)
        for change in (files("a.pdf"), EvidenceChange(links=[LINK]), EvidenceChange(removed=[kept.pk])):
            with pytest.raises(Conflict) as refused:
                edit(figure, change)
            assert refused.value.code == "wrong_state"
        assert (stored(evidence_folder), figure.evidence.attached().get()) == (0, kept)

    def test_a_returned_figure_takes_evidence(self, people: People, start: Start, edit: Edit) -> None:
        figure = submitted(start(), people)
        figure = services.figure_return(by=people["demo-reviewer"], figure=figure, if_version=2, reason="请附材料")
        assert edit(figure, files("a.pdf")).evidence.attached().count() == 1

    def test_a_second_draft_of_the_same_key_stores_no_file(self, start: Start, evidence_folder: Path) -> None:
        start()
        with pytest.raises(Conflict) as refused:
            start(files("a.pdf"))
        assert refused.value.code == "open_figure_exists"
        assert stored(evidence_folder) == 0

    def test_every_fault_is_told_at_once_and_nothing_is_stored(
        self, start: Start, edit: Edit, evidence_folder: Path
    ) -> None:
        figure = start()
        change = EvidenceChange(
            files=[upload("好.pdf"), upload("坏.pdf", b"<html>"), upload("空.png", b"")],
            links=[Link(address="x"), Link(address="https://a.cn/", title="长" * 201)],
            removed=[999, 10**30],
        )
        with pytest.raises(Invalid) as refused:
            edit(figure, change, value="九百", note="长" * 1001)
        assert sorted((fault.field, fault.code) for fault in refused.value.faults) == [
            ("attachments", "file_empty"),
            ("attachments", "unsupported_type"),
            ("link_address", "bad_address"),
            ("link_title", "max_length"),
            ("note", "max_length"),
            ("removed", "unknown_evidence"),
            ("value", "not_a_number"),
        ]
        figure.refresh_from_db()
        assert (figure.version, stored(evidence_folder), Evidence.objects.count()) == (1, 0, 0)

    def test_a_wrong_value_keeps_no_file(self, start: Start, edit: Edit, evidence_folder: Path) -> None:
        with pytest.raises(Invalid):
            start(files("a.pdf"), value="九百")
        assert not Figure.objects.filter(year=2017, target__code="high-tech-enterprises").exists()
        figure = start()
        with pytest.raises(Invalid):
            edit(figure, files("a.pdf"), value="九百")
        assert (stored(evidence_folder), Figure.objects.get(pk=figure.pk).version) == (0, 1)

    def test_a_wrong_file_changes_no_value(self, start: Start, edit: Edit, evidence_folder: Path) -> None:
        figure = start()
        with pytest.raises(Invalid) as refused:
            edit(figure, EvidenceChange(files=[upload("好.pdf"), upload("坏.pdf", b"<html>")]), value="930")
        assert refused.value.code == "unsupported_type"
        figure.refresh_from_db()
        assert (figure.value, figure.version, stored(evidence_folder)) == (929, 1, 0)

    def test_evidence_of_another_figure_cannot_be_taken_away(
        self, people: People, target: Callable[[str], Target], start: Start, edit: Edit
    ) -> None:
        other = services.figure_draft(
            by=people["demo-staff"],
            target=target("incubators"),
            city=None,
            year=2018,
            content=Content(value="140"),
            evidence=EvidenceChange(links=[LINK]),
        )
        piece = other.evidence.get()
        with pytest.raises(Invalid) as refused:
            edit(start(), EvidenceChange(removed=[piece.pk]))
        assert refused.value.code == "unknown_evidence"
        assert other.evidence.attached().get() == piece

    def test_what_was_taken_away_is_not_taken_away_again(self, start: Start, edit: Edit) -> None:
        figure = start(EvidenceChange(links=[LINK]))
        change = EvidenceChange(removed=[figure.evidence.get().pk])
        figure = edit(figure, change)
        with pytest.raises(Invalid) as refused:
            edit(figure, change)
        assert refused.value.code == "unknown_evidence"


class TestHowMany:
    def test_ten_pieces_are_the_most(self, start: Start, edit: Edit, evidence_folder: Path) -> None:
        figure = edit(start(files(*(f"{n}.pdf" for n in range(8)))), EvidenceChange(links=[LINK, LINK]))
        assert figure.evidence.attached().count() == 10
        for change in (files("11.pdf"), EvidenceChange(links=[LINK])):
            with pytest.raises(Invalid, match="共有 11 份佐证材料，每条数据最多 10 份") as refused:
                edit(figure, change)
            assert refused.value.code == "too_many_pieces"
        assert stored(evidence_folder) == 8

    def test_one_for_another_is_possible(self, start: Start, edit: Edit) -> None:
        figure = start(files(*(f"{n}.pdf" for n in range(10))))
        change = EvidenceChange(files=[upload("11.pdf")], removed=[figure.evidence.attached()[0].pk])
        assert [piece.name for piece in edit(figure, change).evidence.attached()][-2:] == ["9.pdf", "11.pdf"]

    def test_eleven_at_once_are_refused_unread(self, start: Start, evidence_folder: Path) -> None:
        with pytest.raises(Invalid) as refused:
            start(EvidenceChange(files=[GONE_WRONG] * 11))
        assert [fault.code for fault in refused.value.faults] == ["too_many_pieces"]


class TestFailures:
    def test_a_transaction_that_fails_leaves_no_file(self, start: Start, edit: Edit, evidence_folder: Path) -> None:
        figure = start(files("first.pdf"))
        # The step's last write meets a row that is there already: the database ends it, after the file was written.
        FigureVersion.objects.create(figure=figure, number=2, state=State.DRAFT, provisional=False)
        with pytest.raises(IntegrityError), transaction.atomic():
            edit(figure, files("second.pdf"))
        assert stored(evidence_folder) == 1
        assert [piece.name for piece in figure.evidence.all()] == ["first.pdf"]

    def test_a_file_that_cannot_be_written_is_told_and_nothing_is_stored(
        self, start: Start, evidence_folder: Path, tmp_path: Path
    ) -> None:
        evidence_folder.write_text("a file stands where the folder should be")
        with pytest.raises(Invalid, match="没有存下"):
            start(files("a.pdf", "b.pdf"))
        assert not Evidence.objects.exists()
        assert FigureEvent.objects.get(action="refused").code == "file_not_stored"

    def test_altered_or_missing_content_is_not_handed_out(
        self, start: Start, evidence_folder: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        altered, missing = start(files("a.pdf", "b.pdf")).evidence.all()
        (evidence_folder / str(altered.file)).write_bytes(PDF + b"A.pdf")
        (evidence_folder / str(missing.file)).unlink()
        for piece in (altered, missing):
            with pytest.raises(Conflict) as refused:
                open_unaltered(piece)
            assert refused.value.code == "evidence_altered"
        assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
        assert altered.sha256 in caplog.text
