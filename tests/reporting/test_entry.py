"""The entry of a figure: what is shown, what is stored, and that nothing typed is lost."""

import re
from collections.abc import Callable

import pytest

from planportal.accounts.models import City, User
from planportal.reporting.entries import scheduled_value
from targets import services
from targets.models import Figure, State, Target
from tests.history import rewriting
from tests.reading import text
from tests.reporting.desk import CODE, CORRECTION, ENTRY, TYPED, YEAR, Browse, Make, hidden, latest


class TestEntry:
    def test_what_stands_beside_the_form(self, browse: Browse) -> None:
        page = text(browse("demo-staff").get(f"/workspace/{CODE}/2020/"))
        for words in [
            "现行数据",
            "1,932",
            "上年已审核",
            "1,250",
            "1,100",
            "2021年全省科技工作会议报道",
            "国家级高新技术企业",
            "更正理由",
        ]:
            assert words in page

    @pytest.mark.parametrize(
        ("code", "year", "scheduled"),
        [
            (CODE, 2015, None),
            (CODE, 2017, "856"),
            (CODE, 2020, "1100"),
            ("new-tech-firms", 2016, "400"),
            ("internet-plus-platforms", 2016, "1"),
            ("technology-contract-value", 2018, "146.90"),
            ("registered-results", 2018, None),
        ],
    )
    def test_the_scheduled_value(
        self, target: Callable[[str], Target], code: str, year: int, scheduled: str | None
    ) -> None:
        found = scheduled_value(target(code), year)
        assert (None if found is None else str(found)) == scheduled

    def test_without_a_prescribed_source_the_one_last_used_is_named(
        self, browse: Browse, people: dict[str, User], submitted: Make
    ) -> None:
        staff, nothing = browse("demo-staff"), "没有指定；请写明公报、年鉴或台账的名称"
        Target.objects.update(source_hint="")
        assert "应采用的来源上次采用：2021年全省科技工作会议报道" in text(staff.get(ENTRY))
        assert nothing in text(staff.get(f"{ENTRY}?area=231100"))
        # A wider definition's source is not the one to use.
        assert nothing in text(staff.get("/workspace/new-tech-firms/2017/"))
        figure = submitted(year=2018, value="1150", source="高企认定名单")
        services.figure_approve(by=people["demo-reviewer"], figure=figure, if_version=figure.version)
        assert "应采用的来源上次采用：高企认定名单" in text(staff.get(ENTRY))
        Target.objects.filter(code=CODE).update(source_hint="年度统计公报")
        assert "应采用的来源年度统计公报" in text(staff.get(ENTRY))

    def test_the_source_last_used_is_that_of_the_basis(self, browse: Browse) -> None:
        Target.objects.filter(code="rd-intensity").update(source_hint="")
        with rewriting():
            Figure.objects.filter(target__code="rd-intensity", basis="first").update(source="甲公报")
            Figure.objects.filter(target__code="rd-intensity", basis="rebased").update(source="乙公报")
        page = text(browse("demo-staff").get("/workspace/rd-intensity/2017/?basis=first"))
        assert "上次采用：甲公报" in page

    def test_a_city_has_no_scheduled_value(self, browse: Browse) -> None:
        page = browse("demo-staff").get(f"{ENTRY}?area=230100")
        assert page.context["entry"].scheduled is None
        assert "哈尔滨市" in text(page)

    def test_a_draft_is_stored_and_led_back_to_the_workspace(self, browse: Browse, people: dict[str, User]) -> None:
        answer = browse("demo-staff").post(ENTRY, TYPED | {"value": " 929 ", "provisional": "on"}, follow=True)
        assert answer.redirect_chain == [("/workspace/", 302)]
        assert "已存为草稿：国家级高新技术企业 2017 年（全省）" in text(answer)
        figure = latest()
        assert (figure.state, figure.value, figure.provisional) == (State.DRAFT, 929, True)
        assert (figure.source, figure.created_by) == ("年度统计", people["demo-staff"])

    def test_handing_in_drafts_and_submits(self, browse: Browse) -> None:
        answer = browse("demo-staff").post(ENTRY, TYPED | {"action": "submit"}, follow=True)
        assert "已提交审核：国家级高新技术企业 2017 年（全省）" in text(answer)
        assert latest().state == State.SUBMITTED
        assert [event.action for event in latest().events.all()] == ["drafted", "submitted"]

    def test_a_citys_figure_is_entered_apart(self, browse: Browse) -> None:
        browse("demo-staff").post(f"{ENTRY}?area=230100", TYPED)
        assert latest().city == City.objects.get(code="230100")
        page = browse("demo-staff").get("/workspace/")
        assert f"{ENTRY}?area=230100" in page.content.decode()
        assert page.context["workspace"].missing_count == 50

    def test_handing_in_an_unchanged_draft_edits_nothing(self, browse: Browse, draft: Make) -> None:
        figure = draft(source="年度统计")
        browse("demo-staff").post(ENTRY, TYPED | hidden(figure) | {"action": "submit"})
        assert [event.action for event in figure.events.all()] == ["drafted", "submitted"]

    def test_the_form_has_the_open_figure(self, browse: Browse, draft: Make) -> None:
        figure = draft(value="930", note="口头核实")
        form = browse("demo-staff").get(ENTRY).context["form"]
        assert (form["value"].value(), form["note"].value()) == ("930", "口头核实")
        assert (form["figure"].value(), form["version"].value()) == (figure.pk, 1)

    def test_a_submitted_figure_cannot_be_changed_here(self, browse: Browse, submitted: Make) -> None:
        submitted()
        page = browse("demo-staff").get(ENTRY)
        assert page.context["form"] is None
        assert "正在审核，内容不能修改" in text(page)

    def test_it_can_be_withdrawn_with_a_reason(self, browse: Browse, submitted: Make) -> None:
        figure = submitted()
        staff = browse("demo-staff")
        about = hidden(figure, "withdraw-") | {"action": "withdraw"}
        refused = staff.post(ENTRY, about | {"withdraw-reason": "  "})
        assert refused.status_code == 400
        assert "请写明撤销的理由" in text(refused)
        assert latest().state == State.SUBMITTED
        done = staff.post(ENTRY, about | {"withdraw-reason": "口径有误"}, follow=True)
        assert "已撤销" in text(done)
        assert latest().state == State.WITHDRAWN

    def test_bases_are_entered_apart(self, browse: Browse) -> None:
        staff, address = browse("demo-staff"), "/workspace/rd-intensity/2016/"
        unnamed = staff.post(address, {"value": "1.20", "reason": "更正", "action": "draft"})
        assert unnamed.status_code == 400
        assert "请指明其一" in text(unnamed)
        for basis in ("first", "rebased"):
            saved = staff.post(address, {"value": "1.20", "basis": basis, "action": "draft"} | CORRECTION)
            assert saved.status_code == 302
        page = staff.get(f"{address}?basis=rebased")
        assert page.context["form"]["basis"].value() == "rebased"


class TestRefusedInput:
    @pytest.mark.parametrize(
        ("value", "words"),
        [
            ("", "请填写数值"),
            ("十二", "不是数值"),
            ("1,25", "不是数值"),
            ("929.5", "最多 0 位小数"),
            ("-1", "不能为负"),
            ("1234567890123", "过大"),
        ],
    )
    @pytest.mark.parametrize("action", ["draft", "submit"])
    def test_a_wrong_value_is_told_and_kept(self, browse: Browse, value: str, words: str, action: str) -> None:
        answer = browse("demo-staff").post(ENTRY, TYPED | {"value": value, "note": "别丢", "action": action})
        assert answer.status_code == 400
        page = answer.content.decode()
        assert words in text(answer)
        assert 'href="#id_value"' in page
        assert f'value="{value}"' in page or not value
        assert "别丢" in page
        assert not Figure.objects.filter(target__code=CODE, year=YEAR).exists()

    def test_texts_that_are_too_long_are_told_and_kept(self, browse: Browse) -> None:
        long = "长" * 1001
        answer = browse("demo-staff").post(ENTRY, TYPED | {"note": long})
        assert answer.status_code == 400
        assert 'href="#id_note"' in answer.content.decode()
        assert long in text(answer)

    @pytest.mark.parametrize("name", ["value", "basis", "note"])
    def test_a_null_character_is_refused(self, browse: Browse, name: str) -> None:
        typed = {"value": "1.20", "basis": "first", "reason": "更正", "action": "draft"}
        answer = browse("demo-staff").post("/workspace/rd-intensity/2017/", typed | {name: "a\x00b"})
        assert answer.status_code == 400
        assert name in answer.context["form"].errors

    def test_a_correction_needs_a_reason(self, browse: Browse) -> None:
        staff, address = browse("demo-staff"), f"/workspace/{CODE}/2020/"
        refused = staff.post(address, {"value": "1935", "action": "submit"})
        assert refused.status_code == 400
        assert "更正或撤回须说明理由" in text(refused)
        assert 'value="1935"' in refused.content.decode()
        given = {"value": "1935", "reason": "复核后更正", "cause": "error", "action": "submit"}
        assert staff.post(address, given).status_code == 302
        figure = Figure.objects.get(target__code=CODE, year=2020, state=State.SUBMITTED)
        assert (figure.cause, figure.supersedes is not None) == ("error", True)

    def test_a_correction_needs_a_cause(self, browse: Browse) -> None:
        staff, address = browse("demo-staff"), f"/workspace/{CODE}/2020/"
        given = {"value": "1935", "reason": "复核后更正", "action": "submit"}
        refused = staff.post(address, given | {"cause": ""})
        assert refused.status_code == 400
        assert refused.context["form"].errors == {"cause": ["请选择更正原因。"]}
        assert 'href="#id_cause"' in refused.content.decode()
        assert "复核后更正" in refused.content.decode()
        assert not Figure.objects.filter(target__code=CODE, year=2020).open().exists()
        assert staff.post(address, given | {"cause": "census_revision"}).status_code == 302

    def test_everything_that_a_correction_lacks_is_told_at_once(self, browse: Browse) -> None:
        refused = browse("demo-staff").post(f"/workspace/{CODE}/2020/", {"value": "many", "action": "submit"})
        assert sorted(refused.context["form"].errors) == ["cause", "reason", "value"]

    def test_a_first_figure_has_no_cause_to_give(self, browse: Browse) -> None:
        page = browse("demo-staff").get(ENTRY)
        assert "cause" not in page.context["form"].fields
        # A year with a figure on one basis is a correction on that one only.
        staff, address = browse("demo-staff"), "/workspace/rd-intensity/2019/"
        assert staff.post(address, {"value": "0.80", "basis": "first", "action": "draft"}).status_code == 302
        refused = staff.post(address, {"value": "1.09", "basis": "rebased", "reason": "更正", "action": "draft"})
        assert "cause" in refused.context["form"].errors

    def test_an_empty_value_takes_a_figure_back(self, browse: Browse) -> None:
        given = {"value": "", "reason": "来源撤稿", "cause": "error", "action": "submit"}
        assert browse("demo-staff").post(f"/workspace/{CODE}/2020/", given).status_code == 302
        assert Figure.objects.get(target__code=CODE, year=2020, state=State.SUBMITTED).value is None
        assert "撤回，不填数值" in text(browse("demo-staff").get("/workspace/"))

    def test_a_draft_stays_where_handing_in_is_refused(self, browse: Browse, draft: Make) -> None:
        figure = draft(source="年度统计", value="9290")
        typed = TYPED | hidden(figure) | {"value": "9290", "action": "submit"}
        answer = browse("demo-staff").post(ENTRY, typed, follow=True)
        assert answer.redirect_chain == [(ENTRY, 302)]
        assert "已存为草稿，但尚未提交审核" in text(answer)
        assert latest().state == State.DRAFT

    def test_a_doubt_that_came_up_since_the_return_is_shown(
        self, browse: Browse, people: dict[str, User], submitted: Make
    ) -> None:
        first, second = (
            submitted(year=2020, city=City.objects.get(code=code), value="600") for code in ("230600", "231000")
        )
        reviewer, staff = people["demo-reviewer"], browse("demo-staff")
        services.figure_approve(by=reviewer, figure=first, if_version=2)
        back = services.figure_return(by=reviewer, figure=second, if_version=2, reason="与全省数不符")
        address = f"/workspace/{CODE}/2020/?area=231000"
        assert "大于全省 1,932 家" in text(staff.get(address))
        typed = {"value": "600", "action": "submit"} | hidden(back)
        refused = staff.post(address, typed, follow=True)
        assert "修改已保存，但尚未提交审核。数据有提示未说明" in text(refused)
        assert "大于全省 1,932 家" in text(refused)

    def test_a_reason_does_not_pass_a_doubt_that_was_never_shown(self, browse: Browse) -> None:
        staff, address = browse("demo-staff"), f"/workspace/{CODE}/2020/"
        typed = {"value": "19320", "source": "名录", "action": "submit"} | CORRECTION
        answer = staff.post(address, typed, follow=True)
        assert "请先核对数值下方的提示" in text(answer)
        assert "请在“更正理由”中写明理由" in text(answer)
        kept = Figure.objects.get(target__code=CODE, year=2020, state=State.DRAFT)
        shown = re.findall(r'name="seen" value="([^"]*)"', answer.content.decode())
        assert shown == [warning["message"] for warning in kept.warnings]
        again = typed | hidden(kept) | {"seen": shown}
        assert staff.post(address, again).status_code == 302
        kept.refresh_from_db()
        assert kept.state == State.SUBMITTED


class TestConflicts:
    def test_what_was_typed_on_an_older_version_is_kept(
        self, browse: Browse, people: dict[str, User], draft: Make
    ) -> None:
        seen = draft()
        services.figure_edit(by=people["demo-reviewer"], figure=seen, if_version=1, changes={"value": "935"})
        typed = TYPED | hidden(seen) | {"value": "931", "note": "我的备注"}
        answer = browse("demo-staff").post(ENTRY, typed)
        assert answer.status_code == 412
        differences = {d.label: (d.typed, d.standing) for d in answer.context["clash"].differences}
        assert differences["数值"] == ("931", "935")
        assert differences["备注"] == ("我的备注", "（未填）")
        form = answer.context["form"]
        assert (form["value"].value(), form["version"].value()) == ("931", "2")
        assert latest().value == 935

    def test_saving_again_puts_what_was_typed_in_its_place(
        self, browse: Browse, people: dict[str, User], draft: Make
    ) -> None:
        seen = draft()
        services.figure_edit(by=people["demo-reviewer"], figure=seen, if_version=1, changes={"value": "935"})
        staff = browse("demo-staff")
        form = staff.post(ENTRY, TYPED | hidden(seen) | {"value": "931"}).context["form"]
        again = {name: form[name].value() or "" for name in ("figure", "version", "value", "source", "note", "reason")}
        assert staff.post(ENTRY, again | {"action": "draft"}).status_code == 302
        assert latest().value == 931

    def test_a_second_draft_meets_the_first(self, browse: Browse, draft: Make) -> None:
        first = draft(by="demo-reviewer", value="935")
        answer = browse("demo-staff").post(ENTRY, TYPED | {"value": "931"})
        assert answer.status_code == 409
        assert "已有一条在填报或审核中" in text(answer)
        assert answer.context["clash"].standing == first
        assert answer.context["form"]["value"].value() == "931"

    def test_what_is_under_review_cannot_be_saved_over(self, browse: Browse, submitted: Make) -> None:
        figure = submitted()
        answer = browse("demo-staff").post(ENTRY, TYPED | hidden(figure) | {"value": "931"})
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "不能再修改" in text(answer)
        assert 'value="931"' in page
        assert 'value="submit"' not in page

    def test_a_withdrawal_of_an_older_version_is_told(
        self, browse: Browse, people: dict[str, User], draft: Make
    ) -> None:
        seen = draft()
        services.figure_edit(by=people["demo-reviewer"], figure=seen, if_version=1, changes={"value": "935"})
        about = hidden(seen, "withdraw-") | {"action": "withdraw", "withdraw-reason": "不需要了"}
        answer = browse("demo-staff").post(ENTRY, about)
        assert answer.status_code == 412
        assert "不需要了" in answer.content.decode()
        assert answer.context["withdrawal"]["version"].value() == "2"
        assert latest().state == State.DRAFT
