"""Evidence in the pages of the round: attached and taken away with a figure, shown, downloaded by those allowed."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from planportal.accounts.models import User
from targets import services
from targets.evidence import EvidenceChange, Link
from targets.models import Evidence, Figure, State
from tests.reading import text
from tests.targets.pieces import PDF, office, png, upload

CODE, YEAR = "high-tech-enterprises", 2017
ENTRY = f"/workspace/{CODE}/{YEAR}/"
TYPED = {"value": "929", "source": "年度统计", "note": "初稿", "action": "draft"}
EVERYBODY = ["", "demo-staff", "demo-reviewer", "demo-other", "demo-harbin", "demo-auditor", "demo-admin"]

Browse = Callable[[str], Client]
Make = Callable[..., Figure]


def latest() -> Figure:
    return Figure.objects.filter(target__code=CODE, year=YEAR).latest("pk")


def about(figure: Figure) -> dict[str, str]:
    return {"figure": str(figure.pk), "version": str(figure.version)}


def names(figure: Figure) -> list[str]:
    return [piece.name for piece in figure.evidence.attached()]


def stored(folder: Path) -> int:
    return len(list(folder.glob("*"))) if folder.exists() else 0


def fetched(client: Client, key: object, method: str = "get") -> HttpResponse:
    """The answer to a download, read to its end, which closes the file; what it held is in `read`."""
    answer = getattr(client, method)(f"/workspace/evidence/{key}/")
    answer.read = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer


@pytest.fixture
def proved(people: dict[str, User], draft: Make) -> Make:
    """A draft with two files and a link."""

    def make(**rest: Any) -> Figure:
        figure = draft(**rest)
        change = EvidenceChange(
            files=[upload("年报 2017.pdf"), upload("台账.xlsx", office("xlsx"))],
            links=[Link(title="公告", address="https://kjt.hlj.gov.cn/a?b=1&c=2")],
        )
        return services.figure_edit(by=figure.created_by, figure=figure, if_version=1, changes={}, evidence=change)

    return make


class TestEntry:
    def test_a_figure_and_its_evidence_are_saved_together(self, browse: Browse, people: dict[str, User]) -> None:
        sent = TYPED | {
            "attachments": [upload("年报.pdf"), upload("截图.png", png())],
            "link_address": "https://kjt.hlj.gov.cn/a",
            "link_title": "公告",
        }
        assert browse("demo-staff").post(ENTRY, sent).status_code == 302
        figure = latest()
        assert (figure.value, figure.version, names(figure)) == (929, 1, ["年报.pdf", "截图.png", "公告"])
        assert figure.evidence.first().added_by == people["demo-staff"]

    def test_saving_without_evidence_stays_possible(self, browse: Browse, evidence_folder: Path) -> None:
        assert browse("demo-staff").post(ENTRY, TYPED).status_code == 302
        assert (names(latest()), evidence_folder.exists()) == ([], False)

    def test_what_is_ticked_is_taken_away_and_the_rest_stays(self, browse: Browse, proved: Make) -> None:
        figure = proved()
        report, ledger, _link = figure.evidence.all()
        sent = TYPED | about(figure) | {"removed": [report.pk, ledger.pk], "attachments": [upload("定稿.pdf")]}
        assert browse("demo-staff").post(ENTRY, sent).status_code == 302
        assert names(figure) == ["公告", "定稿.pdf"]
        assert latest().version == figure.version + 1

    def test_evidence_alone_is_saved_before_handing_in(self, browse: Browse, draft: Make) -> None:
        figure = draft(source="年度统计")
        sent = {"value": "929", "source": "年度统计", "action": "submit", "attachments": [upload("年报.pdf")]}
        assert browse("demo-staff").post(ENTRY, sent | about(figure)).status_code == 302
        steps = list(figure.events.values_list("action", "why"))
        assert steps == [("drafted", ""), ("edited", "附上佐证材料：年报.pdf"), ("submitted", "")]

    def test_what_is_attached_stands_in_the_form_with_a_box_each(self, browse: Browse, proved: Make) -> None:
        figure = proved()
        page = browse("demo-staff").get(ENTRY)
        html = page.content.decode()
        for piece in figure.evidence.all():
            assert f'name="removed" value="{piece.pk}"' in html
        report = figure.evidence.first()
        assert f'href="/workspace/evidence/{report.pk}/">年报 2017.pdf</a>' in html
        assert 'href="https://kjt.hlj.gov.cn/a?b=1&amp;c=2" rel="external noopener nofollow">公告</a>' in html
        assert 'enctype="multipart/form-data"' in html
        assert 'accept=".pdf,.png,.jpg,.jpeg,.xlsx,.docx"' in html
        assert "xlsx 工作簿" in text(page)

    def test_a_submitted_figure_shows_its_evidence(
        self, browse: Browse, people: dict[str, User], proved: Make
    ) -> None:
        figure = proved()
        services.figure_submit(by=people["demo-staff"], figure=figure, if_version=figure.version)
        page = browse("demo-staff").get(ENTRY)
        assert "年报 2017.pdf" in text(page)
        assert 'name="removed"' not in page.content.decode()


class TestRefusedEntry:
    def assert_typed_stays(self, answer: HttpResponse) -> None:
        form = answer.context["form"]
        assert (form["value"].value(), form["source"].value(), form["note"].value()) == ("929", "年度统计", "初稿")
        assert "没有保存任何文件，请重新选择" in text(answer)

    def test_a_file_over_the_limit_keeps_what_was_typed(
        self, browse: Browse, settings: Any, evidence_folder: Path
    ) -> None:
        settings.EVIDENCE_MB = 0.1
        sent = TYPED | {
            "attachments": [upload("大.pdf", PDF + b"0" * 300_000), upload("好.pdf")],
            "link_title": "公告",
        }
        answer = browse("demo-staff").post(ENTRY, sent)
        assert answer.status_code == 400
        self.assert_typed_stays(answer)
        assert "“大.pdf”有 293.0\xa0KB，每个文件最多 102.4\xa0KB。" in answer.content.decode()
        assert "请重新选择：大.pdf、好.pdf" in text(answer)
        assert answer.context["form"]["link_title"].value() == "公告"
        assert 'href="#id_attachments"' in answer.content.decode()
        assert (Figure.objects.filter(target__code=CODE, year=YEAR).exists(), stored(evidence_folder)) == (False, 0)

    @pytest.mark.parametrize(
        ("sent", "said"),
        [
            ({"attachments": [upload("坏.pdf", b"<html>")]}, "不是可接受的类型"),
            ({"attachments": [upload("空.pdf", b"")]}, "是空文件"),
            ({"attachments": [upload("图.pdf", png())]}, "文件名应以 .png 结尾"),
            ({"attachments": [upload(f"{number}.pdf") for number in range(11)]}, "共有 11 份佐证材料"),
            ({"attachments": [upload("宏.xlsx", office("xlsx", {"xl/vbaProject.bin": b""}))]}, "含有宏"),
            ({"attachments": [upload("好.pdf")], "link_address": "javascript:alert(1)"}, "不能用作网址"),
            ({"attachments": [upload("好.pdf")], "link_address": "https://a.cn/\x00"}, "空字符"),
            ({"attachments": [upload("好.pdf")], "link_title": "公告"}, "请填写网址"),
            ({"attachments": [upload("好.pdf")], "link_title": "长" * 201}, "200"),
            ({"attachments": [upload("好.pdf")], "link_address": "https://a.cn/" + "x" * 500}, "500"),
            ({"attachments": [upload("好.pdf")], "note": "长" * 1001}, "1000"),
        ],
        ids=range(11),
    )
    def test_what_is_wrong_is_said_beside_its_field(
        self, browse: Browse, draft: Make, evidence_folder: Path, sent: dict[str, Any], said: str
    ) -> None:
        figure = draft()
        for file in sent["attachments"]:
            file.seek(0)
        answer = browse("demo-staff").post(ENTRY, TYPED | {"value": "930"} | about(figure) | sent)
        assert answer.status_code == 400
        assert said in text(answer)
        assert answer.context["form"]["value"].value() == "930"
        assert "请重新选择" in text(answer)
        figure.refresh_from_db()
        assert (figure.value, figure.version, stored(evidence_folder)) == (929, 1, 0)

    @pytest.mark.parametrize("removed", ["x", "-1", "9" * 5000, "\x00"])
    def test_keys_that_no_page_sent(self, browse: Browse, proved: Make, removed: str) -> None:
        figure = proved()
        answer = browse("demo-staff").post(ENTRY, TYPED | about(figure) | {"removed": [removed]})
        assert answer.status_code == 400
        assert len(names(figure)) == 3

    def test_ticks_stay_while_something_else_is_wrong(self, browse: Browse, proved: Make) -> None:
        figure = proved()
        first, _, last = figure.evidence.all()
        sent = TYPED | about(figure) | {"value": "九百", "removed": [first.pk, last.pk]}
        html = browse("demo-staff").post(ENTRY, sent).content.decode()
        assert re.findall(r'name="removed" value="(\d+)"[^>]* checked', html) == [str(first.pk), str(last.pk)]

    def test_ticks_stay_when_somebody_was_quicker(
        self, browse: Browse, people: dict[str, User], proved: Make, evidence_folder: Path
    ) -> None:
        figure = proved()
        first, _, last = figure.evidence.all()
        services.figure_edit(
            by=people["demo-staff"], figure=figure, if_version=figure.version, changes={"value": "935"}
        )
        sent = TYPED | about(figure) | {"removed": [first.pk, last.pk], "attachments": [upload("新.pdf")]}
        answer = browse("demo-staff").post(ENTRY, sent)
        assert answer.status_code == 412
        self.assert_typed_stays(answer)
        found = re.findall(r'name="removed" value="(\d+)"[^>]* checked', answer.content.decode())
        assert (found, stored(evidence_folder)) == ([str(first.pk), str(last.pk)], 2)

    @pytest.mark.parametrize("username", ["", "demo-other", "demo-harbin", "demo-auditor", "demo-admin"])
    def test_who_may_not_enter_leaves_no_file_anywhere(
        self, as_person: Browse, settings: Any, tmp_path: Path, evidence_folder: Path, username: str
    ) -> None:
        settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
        answer = as_person(username).post(ENTRY, TYPED | {"attachments": [upload("年报.pdf")]})
        assert answer.status_code == (403 if username else 302)
        assert (stored(evidence_folder), Evidence.objects.count()) == (0, 0)
        assert list(tmp_path.iterdir()) == []


class TestDownload:
    NOT_THEIRS = {"": 302, "demo-other": 404, "demo-harbin": 404, "demo-admin": 404}
    ANSWERS = NOT_THEIRS | {"demo-staff": 200, "demo-auditor": 200}

    def in_state(self, state: str, figure: Figure, people: dict[str, User]) -> Figure:
        staff, reviewer = people["demo-staff"], people["demo-reviewer"]
        if state == State.WITHDRAWN:
            return services.figure_withdraw(by=staff, figure=figure, if_version=figure.version, reason="重复")
        if state != State.DRAFT:
            figure = services.figure_submit(by=staff, figure=figure, if_version=figure.version)
        if state == State.RETURNED:
            figure = services.figure_return(by=reviewer, figure=figure, if_version=figure.version, reason="请补充")
        if state == State.APPROVED:
            figure = services.figure_approve(by=reviewer, figure=figure, if_version=figure.version)
        return figure

    @pytest.mark.parametrize("state", State.values)
    @pytest.mark.parametrize("username", EVERYBODY)
    def test_who_may_have_it(
        self, as_person: Browse, people: dict[str, User], proved: Make, username: str, state: str
    ) -> None:
        figure = self.in_state(state, proved(), people)
        reviewer = 404 if state in {State.DRAFT, State.WITHDRAWN} else 200
        answer = fetched(as_person(username), figure.evidence.first().pk)
        assert answer.status_code == (self.ANSWERS | {"demo-reviewer": reviewer})[username]

    def test_a_reviewers_own_draft_is_theirs_alone_among_reviewers(self, browse: Browse, proved: Make) -> None:
        piece = proved(by="demo-reviewer").evidence.first()
        assert fetched(browse("demo-reviewer"), piece.pk).status_code == 200

    def test_a_file_is_an_attachment_that_no_browser_runs(self, browse: Browse, proved: Make) -> None:
        piece = proved().evidence.first()
        answer = fetched(browse("demo-staff"), piece.pk)
        assert answer.read == PDF
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%E5%B9%B4%E6%8A%A5%202017.pdf"
        assert answer["Content-Length"] == str(len(PDF))
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "sandbox"
        assert answer["Cache-Control"] == "private, no-store"

    def test_a_name_cannot_leave_its_header(self, browse: Browse, draft: Make, people: dict[str, User]) -> None:
        change = EvidenceChange(files=[upload('a"; x="b.pdf')])
        figure = services.figure_edit(
            by=people["demo-staff"], figure=draft(), if_version=1, changes={}, evidence=change
        )
        answer = fetched(browse("demo-staff"), figure.evidence.get().pk)
        assert answer["Content-Disposition"] == r'attachment; filename="a\"; x=\"b.pdf"'

    def test_what_was_taken_away_can_still_be_read(
        self, browse: Browse, people: dict[str, User], proved: Make
    ) -> None:
        figure = proved()
        piece = figure.evidence.first()
        change = EvidenceChange(removed=[piece.pk])
        services.figure_edit(by=people["demo-staff"], figure=figure, if_version=2, changes={}, evidence=change)
        assert fetched(browse("demo-auditor"), piece.pk).status_code == 200

    def test_altered_content_is_not_served(
        self, browse: Browse, proved: Make, evidence_folder: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        piece = proved().evidence.first()
        (evidence_folder / str(piece.file)).write_bytes(b"%PDF-1.4 other")
        answer = fetched(browse("demo-staff"), piece.pk)
        assert answer.status_code == 409
        assert "存放的内容与附上时不一致，已停止提供" in text(answer)
        page = answer.content.decode()
        assert "<h1>这份佐证材料不能提供</h1>" in page
        assert '<h2 id="ways-on">' in page
        assert f'href="/correction/?page=/workspace/evidence/{piece.pk}/"' in page
        assert [record.levelname for record in caplog.records if record.name == "targets.evidence"] == ["ERROR"]

    def test_the_public_comes_back_after_signing_in(self, client: Client, proved: Make) -> None:
        address = f"/workspace/evidence/{proved().evidence.first().pk}/"
        assert client.get(address)["Location"] == f"/accounts/login/?next={address}"

    @pytest.mark.parametrize("address", ["999999", "99999999999999999999999"])
    def test_what_is_not_there(self, browse: Browse, address: str) -> None:
        assert fetched(browse("demo-auditor"), address).status_code == 404

    def test_a_link_is_no_file(self, browse: Browse, proved: Make) -> None:
        link = proved().evidence.get(kind=Evidence.Kind.LINK)
        assert fetched(browse("demo-staff"), link.pk).status_code == 404

    def test_it_is_only_read(self, browse: Browse, proved: Make) -> None:
        key, staff = proved().evidence.first().pk, browse("demo-staff")
        assert [fetched(staff, key, method).status_code for method in ("head", "post", "delete")] == [200, 405, 405]


class TestReview:
    def test_a_reviewer_sees_what_proves_the_figure(
        self, browse: Browse, people: dict[str, User], proved: Make
    ) -> None:
        figure = proved()
        services.figure_submit(by=people["demo-staff"], figure=figure, if_version=figure.version)
        page = browse("demo-reviewer").get(f"/review/{figure.pk}/")
        report = figure.evidence.first()
        assert f'href="/workspace/evidence/{report.pk}/"' in page.content.decode()
        assert f'title="{report.sha256}">{report.sha256[:12]}<' in page.content.decode()
        assert 'rel="external noopener nofollow"' in page.content.decode()
        assert "佐证材料 3 份" in text(page)
        assert f"{people['demo-staff']}" in text(page)

    def test_without_evidence_it_says_so(self, browse: Browse, submitted: Make) -> None:
        assert "没有附佐证材料" in text(browse("demo-reviewer").get(f"/review/{submitted().pk}/"))

    def test_the_number_of_queries_does_not_grow_with_the_pieces(
        self, browse: Browse, people: dict[str, User], submitted: Make
    ) -> None:
        reviewer, staff = browse("demo-reviewer"), people["demo-staff"]
        counts = []
        for year, pieces in ((2016, 1), (2017, 5)):
            figure = submitted(year=year)
            figure = services.figure_return(by=people["demo-reviewer"], figure=figure, if_version=2, reason="请补充")
            change = EvidenceChange(files=[upload(f"{number}.pdf") for number in range(pieces)])
            figure = services.figure_edit(by=staff, figure=figure, if_version=3, changes={}, evidence=change)
            with CaptureQueriesContext(connection) as queries:
                assert len(reviewer.get(f"/review/{figure.pk}/").context["evidence"]) == pieces
            counts.append(len(queries))
        assert counts[0] == counts[1]


def test_the_public_learns_nothing_of_evidence(client: Client, people: dict[str, User], proved: Make) -> None:
    figure = proved()
    figure = services.figure_submit(by=people["demo-staff"], figure=figure, if_version=figure.version)
    services.figure_approve(by=people["demo-reviewer"], figure=figure, if_version=figure.version)
    for address in (f"/targets/{CODE}/", f"/api/v1/figures/{figure.pk}/", f"/api/v1/targets/{CODE}/figures/"):
        page = client.get(address)
        assert page.status_code == 200
        assert "年报 2017" not in page.content.decode()
