"""The review: who may, what stands side by side, the decision, and that nobody approves their own figure."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from planportal.accounts.models import City, User
from planportal.plan.models import Plan
from planportal.reporting.comparisons import compare
from targets import services
from targets.models import Figure, FigureEvent, State, Target
from tests.reading import text

CODE, YEAR = "high-tech-enterprises", 2017
ENTRY = f"/workspace/{CODE}/{YEAR}/"
EVERYBODY = ["", "demo-staff", "demo-reviewer", "demo-other", "demo-harbin", "demo-auditor", "demo-admin"]

Browse = Callable[[str], Client]
Make = Callable[..., Figure]


def address(figure: Figure) -> str:
    return f"/review/{figure.pk}/"


def decision(figure: Figure, what: str, reason: str = "") -> dict[str, str]:
    return {"figure": str(figure.pk), "version": str(figure.version), "decision": what, "reason": reason}


def state_of(figure: Figure) -> str:
    return Figure.objects.get(pk=figure.pk).state


class TestAccess:
    PAGE = {
        "": 302,
        "demo-staff": 403,
        "demo-reviewer": 200,
        "demo-other": 403,
        "demo-harbin": 403,
        "demo-auditor": 200,
        "demo-admin": 403,
    }
    # The reviewer is led on; the auditor, who may look, may not decide.
    STEP = PAGE | {"demo-reviewer": 302, "demo-auditor": 403}

    @pytest.mark.parametrize("username", EVERYBODY)
    def test_the_queue(self, as_person: Browse, submitted: Make, username: str) -> None:
        submitted()
        assert as_person(username).get("/review/").status_code == self.PAGE[username]

    @pytest.mark.parametrize("username", EVERYBODY)
    def test_one_figure(self, as_person: Browse, submitted: Make, username: str) -> None:
        assert as_person(username).get(address(submitted())).status_code == self.PAGE[username]

    @pytest.mark.parametrize("username", EVERYBODY)
    @pytest.mark.parametrize(("what", "outcome"), [("approve", State.APPROVED), ("return", State.RETURNED)])
    def test_deciding(self, as_person: Browse, submitted: Make, username: str, what: str, outcome: str) -> None:
        figure = submitted()
        answer = as_person(username).post(address(figure), decision(figure, what, "请核对"))
        assert answer.status_code == self.STEP[username]
        assert state_of(figure) == (outcome if username == "demo-reviewer" else State.SUBMITTED)

    def test_auditors_get_no_buttons(self, browse: Browse, submitted: Make) -> None:
        figure = submitted()
        read, work = (browse(name).get(address(figure)) for name in ("demo-auditor", "demo-reviewer"))
        assert 'name="decision"' not in read.content.decode()
        assert "审计员只能查看" in text(read)
        assert 'name="decision"' in work.content.decode()

    def test_a_draft_is_not_found(self, browse: Browse, draft: Make) -> None:
        figure = draft()
        assert browse("demo-reviewer").get(address(figure)).status_code == 404
        assert browse("demo-auditor").get(address(figure)).status_code == 404
        assert browse("demo-staff").get(address(figure)).status_code == 403

    @pytest.mark.parametrize("pk", [0, 10**30])
    def test_what_is_not_there_is_not_found(self, browse: Browse, pk: int) -> None:
        assert browse("demo-reviewer").get(f"/review/{pk}/").status_code == 404

    def test_another_plans_figure_is_not_found(self, browse: Browse, seeded: Plan, submitted: Make) -> None:
        figure = submitted()
        seeded.pk, seeded.code, seeded._state.adding = None, "other", True
        seeded.save()
        assert browse("demo-reviewer").get(f"/p/other{address(figure)}").status_code == 404
        assert "没有待审核的数据" in text(browse("demo-reviewer").get("/p/other/review/"))


class TestQueue:
    def test_an_empty_queue_says_so(self, browse: Browse) -> None:
        page = browse("demo-reviewer").get("/review/")
        assert "没有待审核的数据" in text(page)
        assert page.context["figure"] is None

    def test_the_longest_waiting_comes_first_and_is_shown(self, browse: Browse, submitted: Make, draft: Make) -> None:
        first, second = submitted(year=2018), submitted(year=2016)
        draft(year=2017)
        page = browse("demo-reviewer").get("/review/")
        assert [item.figure for item in page.context["queue"].items] == [first, second]
        assert page.context["figure"] == first

    def test_the_count_of_queries_does_not_grow_with_the_queue(
        self, browse: Browse, submitted: Make, django_assert_max_num_queries: Callable[..., object]
    ) -> None:
        reviewer = browse("demo-reviewer")
        figure = submitted(year=2015)
        with CaptureQueriesContext(connection) as alone:
            reviewer.get(address(figure))
        for year in range(2016, 2019):
            submitted(year=year)
            submitted(year=year, code="incubated-firms")
        with django_assert_max_num_queries(len(alone)):
            reviewer.get(address(figure))
        assert len(alone) <= 15

    def test_the_queue_can_be_walked(self, browse: Browse, people: dict[str, User], submitted: Make) -> None:
        first, second, third = (submitted(year=year) for year in (2018, 2016, 2017))
        reviewer = browse("demo-reviewer")

        def neighbours(figure: Figure) -> tuple[Figure | None, Figure | None]:
            page = reviewer.get(address(figure))
            return page.context["previous"], page.context["following"]

        assert [neighbours(figure) for figure in (first, second, third)] == [
            (None, second),
            (first, third),
            (second, None),
        ]
        # One that was decided meanwhile still has its place.
        services.figure_approve(by=people["demo-reviewer"], figure=second, if_version=2)
        assert neighbours(second) == (first, third)

    def test_keys_are_named_and_shown(self, browse: Browse, submitted: Make) -> None:
        submitted(year=2018)
        figure = submitted(year=2016)
        submitted(year=2017)
        page = browse("demo-reviewer").get(address(figure)).content.decode()
        keys = re.findall(r'data-key="([a-z])"[^>]* aria-keyshortcuts="([a-z])"', page)
        assert sorted(keys) == [("a", "a"), ("j", "j"), ("k", "k"), ("r", "r")]
        assert sorted(re.findall(r"<kbd[^>]*>([a-z])</kbd>", page)) == ["a", "j", "k", "r"]
        assert page.count("按键：") == 1
        read = browse("demo-auditor").get(address(figure)).content.decode()
        assert sorted(re.findall(r'data-key="([a-z])"', read)) == ["j", "k"]


class TestFigure:
    def test_it_stands_beside_the_one_in_force_and_last_years(self, submitted: Make) -> None:
        found = compare(submitted(year=2020, value="1940", reason="复核后更正"))
        assert (found.current.value, found.last_year.value) == (1932, 1250)
        assert (found.from_current, found.from_last_year) == (Decimal(8), Decimal(690))

    def test_nothing_is_compared_with_nothing(self, submitted: Make) -> None:
        found = compare(submitted())
        assert (found.current, found.last_year, found.from_current, found.from_last_year) == (None,) * 4

    def test_only_the_same_area_and_basis_is_compared(self, submitted: Make) -> None:
        harbin = compare(submitted(year=2020, value="1200", city=City.objects.get(code="230100"), reason="更正"))
        assert (harbin.current.value, harbin.last_year) == (1180, None)
        first = compare(submitted(code="rd-intensity", year=2018, value="0.84", basis="first", reason="更正"))
        assert (first.current.value, first.last_year.value) == (Decimal("0.83"), Decimal("0.92"))

    def test_the_page_says_all_that_a_decision_needs(self, browse: Browse, submitted: Make) -> None:
        figure = submitted(
            year=2020, value="1940", reason="复核后更正", cause="error", source="年度统计", note="初步核实"
        )
        page = text(browse("demo-reviewer").get(address(figure)))
        for words in ["1,940", "1,932", "1,250", "+8", "+690", "复核后更正", "更正差错", "年度统计", "初步核实"]:
            assert words in page
        assert "国家级高新技术企业达到1100家" in page
        assert "合理区间" not in page

    def test_the_plausible_band_stands_with_the_years_it_rests_on(self, browse: Browse, submitted: Make) -> None:
        figure = submitted(code="technology-contract-value", year=2020, value="266.00", reason="核定")
        page = text(browse("demo-reviewer").get(address(figure)))
        assert "合理区间约 97.51—433.76 亿元（依据 2015、2016、2017、2018、2019 年数据）" in page

    def test_too_short_a_history_shows_no_band(self, browse: Browse, submitted: Make) -> None:
        assert "合理区间" not in text(browse("demo-reviewer").get(address(submitted(code="incubators", value="120"))))

    def test_warnings_stand_with_their_reason(self, browse: Browse, submitted: Make) -> None:
        figure = submitted(reason="统计范围扩大")
        warned = [{"code": "large_change", "message": "较上年变化较大"}]
        Figure.objects.filter(pk=figure.pk).update(warnings=warned)
        page = text(browse("demo-reviewer").get(address(figure)))
        assert "较上年变化较大" in page
        assert "说明：统计范围扩大" in page

    def test_earlier_returns_stand_with_their_reasons(
        self, browse: Browse, people: dict[str, User], returned: Make
    ) -> None:
        figure = returned(why="请注明来源")
        services.figure_submit(by=people["demo-staff"], figure=figure, if_version=figure.version)
        page = browse("demo-reviewer").get(address(figure))
        assert [step.event.action for step in page.context["record"].history] == [
            "drafted",
            "submitted",
            "returned",
            "submitted",
        ]
        assert "请注明来源" in text(page)
        assert "历次退回 1" in text(page)

    def test_withdrawing_and_entering_anew_hides_no_return(
        self, browse: Browse, people: dict[str, User], returned: Make, submitted: Make
    ) -> None:
        first = returned(why="来源与年报不符")
        services.figure_withdraw(by=people["demo-staff"], figure=first, if_version=first.version, reason="重填")
        page = browse("demo-reviewer").get(address(submitted(value="930")))
        assert "历次退回 1" in text(page)
        assert "来源与年报不符 那一条已撤销，由这一条重新填报。与那一条相比：" in text(page)

    def test_what_was_settled_by_an_approval_is_past(
        self, browse: Browse, people: dict[str, User], returned: Make, submitted: Make
    ) -> None:
        first = returned(why="来源与年报不符")
        services.figure_withdraw(by=people["demo-staff"], figure=first, if_version=first.version, reason="重填")
        second = submitted()
        services.figure_approve(by=people["demo-reviewer"], figure=second, if_version=second.version)
        page = browse("demo-reviewer").get(address(submitted(value="930", reason="更正", cause="error")))
        assert "历次退回" not in text(page)

    @pytest.mark.parametrize(
        ("reason", "words"),
        [
            ("", "这条提示在提交之后才出现，填报单位还没有说明；请退回，由填报单位核对。"),
            ("新设园区", "这条提示在提交之后才出现，下面的说明未必是针对它写的。说明：新设园区"),
        ],
    )
    def test_a_doubt_that_came_up_since_is_told_apart(
        self, browse: Browse, people: dict[str, User], submitted: Make, reason: str, words: str
    ) -> None:
        first, second = (
            submitted(year=2020, city=City.objects.get(code=code), value="600", reason=reason)
            for code in ("230600", "231000")
        )
        services.figure_approve(by=people["demo-reviewer"], figure=first, if_version=first.version)
        page = text(browse("demo-reviewer").get(address(second)))
        assert f"4 个市（地）合计 2,475 家，大于全省 1,932 家。{words}" in page
        assert "没有可以一并通过的，请逐条审核。" in page

    def test_auditors_see_refused_steps_too(self, browse: Browse, submitted: Make) -> None:
        figure = submitted()
        browse("demo-reviewer").post(address(figure), decision(figure, "return"))
        seen = {name: browse(name).get(address(figure)) for name in ("demo-auditor", "demo-reviewer")}
        assert "拒绝" in text(seen["demo-auditor"])
        assert "拒绝" not in text(seen["demo-reviewer"])


class TestDecision:
    def test_the_next_in_the_queue_follows(self, browse: Browse, submitted: Make) -> None:
        first, second, third = (submitted(year=year) for year in (2016, 2017, 2018))
        reviewer = browse("demo-reviewer")
        answer = reviewer.post(address(second), decision(second, "approve"))
        assert answer["Location"] == address(third)
        answer = reviewer.post(address(third), decision(third, "return", "请核对"))
        assert answer["Location"] == address(first)
        answer = reviewer.post(address(first), decision(first, "approve"), follow=True)
        assert answer.redirect_chain == [("/review/", 302)]
        assert "已通过：国家级高新技术企业 2016 年（全省）" in text(answer)
        assert "没有待审核的数据" in text(answer)

    @pytest.mark.parametrize("reason", ["", "   ", "长" * 1001])
    def test_a_return_needs_a_fitting_reason(self, browse: Browse, submitted: Make, reason: str) -> None:
        figure = submitted()
        answer = browse("demo-reviewer").post(address(figure), decision(figure, "return", reason))
        assert answer.status_code == 400
        assert 'href="#id_reason"' in answer.content.decode()
        assert reason in answer.content.decode()
        assert state_of(figure) == State.SUBMITTED

    def test_returned_corrected_approved(self, browse: Browse, submitted: Make) -> None:
        figure = submitted(value="920")
        reviewer, staff = browse("demo-reviewer"), browse("demo-staff")
        reviewer.post(address(figure), decision(figure, "return", "应为 929"))
        workspace = staff.get("/workspace/")
        assert "应为 929" in text(workspace)
        page = staff.get(ENTRY)
        assert "应为 929" in text(page)
        form = page.context["form"]
        given = {"figure": form["figure"].value(), "version": form["version"].value(), "value": "929"}
        staff.post(ENTRY, given | {"action": "submit"})
        figure.refresh_from_db()
        assert (figure.state, figure.value, figure.version) == (State.SUBMITTED, 929, 5)
        reviewer.post(address(figure), decision(figure, "approve"))
        figure.refresh_from_db()
        assert (figure.state, figure.value) == (State.APPROVED, 929)
        actions = ["drafted", "submitted", "returned", "edited", "submitted", "approved"]
        assert [event.action for event in figure.events.all()] == actions

    @pytest.mark.parametrize(
        "about",
        [
            {"decision": ""},
            {"decision": "withdraw"},
            {"figure": "1000000", "decision": "approve"},
            {"version": "", "decision": "approve"},
            {"version": "x", "decision": "approve"},
        ],
    )
    def test_what_no_page_sent_is_a_bad_request(self, browse: Browse, submitted: Make, about: dict[str, str]) -> None:
        figure = submitted()
        answer = browse("demo-reviewer").post(address(figure), decision(figure, "approve") | about)
        assert answer.status_code == 400
        assert state_of(figure) == State.SUBMITTED

    def test_a_figure_that_changed_meanwhile_is_shown_as_it_stands(
        self, browse: Browse, people: dict[str, User], submitted: Make
    ) -> None:
        seen = submitted()
        sent_back = services.figure_return(
            by=people["demo-reviewer"], figure=seen, if_version=seen.version, reason="请核对"
        )
        edited = services.figure_edit(
            by=people["demo-staff"], figure=sent_back, if_version=sent_back.version, changes={"value": "935"}
        )
        services.figure_submit(by=people["demo-staff"], figure=edited, if_version=edited.version)
        answer = browse("demo-reviewer").post(address(seen), decision(seen, "return", "写了一半的理由"))
        assert answer.status_code == 412
        assert "已被他人改动" in text(answer)
        assert "935" in text(answer)
        assert "写了一半的理由" in answer.content.decode()
        assert answer.context["form"]["version"].value() == "5"
        assert state_of(seen) == State.SUBMITTED

    @pytest.mark.parametrize("what", ["approve", "return"])
    def test_a_figure_that_was_decided_meanwhile_is_told(
        self, browse: Browse, second_reviewer: User, submitted: Make, what: str
    ) -> None:
        seen = submitted()
        services.figure_approve(by=second_reviewer, figure=seen, if_version=seen.version)
        answer = browse("demo-reviewer").post(address(seen), decision(seen, what, "写了一半的理由"))
        assert answer.status_code == 412
        assert "不在待审核之列" in text(answer)
        assert "写了一半的理由" in text(answer)
        assert 'name="decision"' not in answer.content.decode()


class TestFourEyes:
    @pytest.mark.parametrize("hand", ["drafted", "edited", "submitted"])
    def test_nobody_approves_what_they_had_a_hand_in(
        self, browse: Browse, people: dict[str, User], draft: Make, hand: str
    ) -> None:
        who = {name: people["demo-reviewer" if name == hand else "demo-staff"] for name in ("edited", "submitted")}
        figure = draft(by="demo-reviewer" if hand == "drafted" else "demo-staff")
        figure = services.figure_edit(by=who["edited"], figure=figure, if_version=1, changes={"value": "930"})
        figure = services.figure_submit(by=who["submitted"], figure=figure, if_version=2)
        reviewer = browse("demo-reviewer")
        page = reviewer.get(address(figure))
        assert "须由另一位审核人通过" in text(page)
        assert 'value="approve"' not in page.content.decode()
        assert page.context["queue"].items[0].is_own
        assert reviewer.post(address(figure), decision(figure, "approve")).status_code == 403
        assert state_of(figure) == State.SUBMITTED
        assert FigureEvent.objects.get(action="refused").code == "own_figure"

    def test_another_reviewer_approves_it(
        self, people: dict[str, User], client: Client, second_reviewer: User, submitted: Make
    ) -> None:
        figure = submitted(by="demo-reviewer")
        client.force_login(second_reviewer, backend="django.contrib.auth.backends.ModelBackend")
        assert 'value="approve"' in client.get(address(figure)).content.decode()
        client.post(address(figure), decision(figure, "approve"))
        assert state_of(figure) == State.APPROVED

    def test_a_reviewer_may_send_their_own_back(self, browse: Browse, submitted: Make) -> None:
        figure = submitted(by="demo-reviewer")
        browse("demo-reviewer").post(address(figure), decision(figure, "return", "自己发现有误"))
        assert state_of(figure) == State.RETURNED


class TestTwoLevels:
    @pytest.fixture
    def endorsed(self, people: dict[str, User], submitted: Make) -> Figure:
        """Passed at the first of two levels by demo-reviewer."""
        figure = submitted()
        Target.objects.filter(pk=figure.target_id).update(second_review=True)
        return services.figure_approve(by=people["demo-reviewer"], figure=figure, if_version=figure.version)

    def test_the_first_level_says_that_another_must_follow(self, browse: Browse, submitted: Make) -> None:
        figure = submitted()
        Target.objects.filter(pk=figure.target_id).update(second_review=True)
        reviewer = browse("demo-reviewer")
        assert "您通过后为初审" in text(reviewer.get(address(figure)))
        answer = reviewer.post(address(figure), decision(figure, "approve"), follow=True)
        assert "初审已通过：国家级高新技术企业 2017 年（全省）" in text(answer)
        assert "已通过：国家级高新技术企业 2017 年（全省）。自今天起" not in text(answer)
        assert state_of(figure) == State.SUBMITTED

    def test_the_endorser_may_only_return(self, browse: Browse, endorsed: Figure) -> None:
        reviewer = browse("demo-reviewer")
        page = reviewer.get(address(endorsed))
        assert "您已初审通过，须由另一位审核人复审" in text(page)
        assert 'value="approve"' not in page.content.decode()
        assert 'value="return"' in page.content.decode()
        assert reviewer.post(address(endorsed), decision(endorsed, "approve")).status_code == 403
        assert state_of(endorsed) == State.SUBMITTED

    def test_another_reviewer_puts_it_in_force(self, client: Client, second_reviewer: User, endorsed: Figure) -> None:
        client.force_login(second_reviewer, backend="django.contrib.auth.backends.ModelBackend")
        assert "演示审核人已初审" in text(client.get(address(endorsed)))
        answer = client.post(address(endorsed), decision(endorsed, "approve"), follow=True)
        assert "已通过：国家级高新技术企业 2017 年（全省）。自今天起对公众可见" in text(answer)
        assert state_of(endorsed) == State.APPROVED

    def test_auditors_see_who_passed_it(self, browse: Browse, endorsed: Figure) -> None:
        page = browse("demo-auditor").get(address(endorsed))
        assert "演示审核人已初审" in text(page)
        assert "初审通过 演示审核人" in text(page)
        assert 'name="decision"' not in page.content.decode()
