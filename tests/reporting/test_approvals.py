"""Several approved at once: who may, which rows are offered, and that one refused row holds up none of the others."""

import re
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from planportal.accounts.models import City, User
from planportal.plan.models import Plan
from planportal.reporting.approvals import MOST_AT_ONCE
from planportal.reporting.queues import read_queue
from targets import services
from targets.models import Figure, FigureEvent, State, Target
from tests.reading import text

ADDRESS = "/review/approve/"
WARNED = [{"code": "large_change", "message": "较上年变化较大"}]

Browse = Callable[[str], Client]
Make = Callable[..., Figure]
People = dict[str, User]


def chosen(*figures: Figure) -> dict[str, list[str]]:
    return {"figure": [f"{figure.pk}-{figure.version}" for figure in figures]}


def states(*figures: Figure) -> list[str]:
    return [Figure.objects.get(pk=figure.pk).state for figure in figures]


def warn(figure: Figure) -> Figure:
    Figure.objects.filter(pk=figure.pk).update(warnings=WARNED)
    return figure


def ask_for_two_levels(figure: Figure) -> None:
    Target.objects.filter(pk=figure.target_id).update(second_review=True)


def told(page: HttpResponse) -> list[str]:
    """The result of each row of the page, without its receipt."""
    cells = re.findall(r'data-label="结果">(.*?)</td>', page.content.decode(), re.DOTALL)
    return [re.sub(r" <a .*?</a>|<[^>]+>", "", cell) for cell in cells]


class TestAccess:
    EXPECTED = {
        "": 302,
        "demo-staff": 403,
        "demo-reviewer": 200,
        "demo-other": 403,
        "demo-harbin": 403,
        "demo-auditor": 403,
        "demo-admin": 403,
    }

    @pytest.mark.parametrize("username", EXPECTED)
    def test_who_may(self, as_person: Browse, submitted: Make, username: str) -> None:
        figure = submitted()
        answer = as_person(username).post(ADDRESS, chosen(figure))
        assert answer.status_code == self.EXPECTED[username]
        assert states(figure) == ["approved" if username == "demo-reviewer" else "submitted"]

    def test_who_signs_in_on_the_way_comes_to_the_queue(self, browse: Browse) -> None:
        answer = browse("demo-reviewer").get(ADDRESS)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/review/")

    def test_another_plans_figures_are_none_of_its_own(self, browse: Browse, seeded: Plan, submitted: Make) -> None:
        figure = submitted()
        seeded.pk, seeded.code, seeded._state.adding = None, "other", True
        seeded.save()
        assert told(browse("demo-reviewer").post(f"/p/other{ADDRESS}", chosen(figure))) == ["未通过：没有这条数据。"]
        assert states(figure) == ["submitted"]


class TestOutcomes:
    def test_each_row_is_told(self, browse: Browse, submitted: Make, draft: Make) -> None:
        good, warned = submitted(year=2015), warn(submitted(year=2016))
        own, open_draft = submitted(year=2017, by="demo-reviewer"), draft(year=2018)
        changed = submitted(code="incubators", year=2017, value="130")
        last = submitted(code="registered-results", year=2017)
        choices = chosen(good, warned, own, open_draft, changed, last)
        choices["figure"][4] = f"{changed.pk}-1"
        page = browse("demo-reviewer").post(ADDRESS, choices)
        assert page.status_code == 200
        assert told(page) == [
            "已通过，自今天起对公众可见",
            "未通过：这条数据有提示，须打开后逐条审核，不能成批通过。",
            "未通过：不能审核自己填报、修改或报送过的数据。",
            "未通过：没有这条数据。",
            "未通过：这条数据已被他人改动，现为第 2 版；请核对后再处理。",
            "已通过，自今天起对公众可见",
        ]
        assert "2 条已通过，4 条未通过" in text(page)
        assert states(good, warned, own, open_draft, changed, last) == [
            State.APPROVED,
            State.SUBMITTED,
            State.SUBMITTED,
            State.DRAFT,
            State.SUBMITTED,
            State.APPROVED,
        ]
        refused = FigureEvent.objects.filter(action="refused").order_by("id")
        assert [event.code for event in refused] == ["has_warnings", "own_figure", "stale"]

    def test_each_approval_is_an_event_of_its_own(self, browse: Browse, people: People, submitted: Make) -> None:
        figures = [submitted(year=year) for year in (2016, 2017)]
        browse("demo-reviewer").post(ADDRESS, chosen(*figures))
        for figure in figures:
            event = figure.events.get(action="approved")
            assert (event.actor, event.version) == (people["demo-reviewer"], 3)
            assert figure.versions.filter(number=3, state=State.APPROVED).exists()

    def test_a_second_click_approves_nothing_twice(self, browse: Browse, submitted: Make) -> None:
        figure, reviewer = submitted(), browse("demo-reviewer")
        reviewer.post(ADDRESS, chosen(figure))
        assert told(reviewer.post(ADDRESS, chosen(figure)))[0].startswith("未通过：这条数据已被他人改动")
        assert figure.events.filter(action="approved").count() == 1

    def test_the_same_row_twice_is_one(self, browse: Browse, submitted: Make) -> None:
        figure = submitted()
        assert told(browse("demo-reviewer").post(ADDRESS, chosen(figure, figure))) == ["已通过，自今天起对公众可见"]

    def test_a_doubt_that_came_up_with_one_of_them_holds_up_the_next(self, browse: Browse, submitted: Make) -> None:
        together = [
            submitted(year=2020, city=City.objects.get(code=code), value="600") for code in ("230600", "231000")
        ]
        page = browse("demo-reviewer").post(ADDRESS, chosen(*together))
        assert states(*together) == ["approved", "submitted"]
        assert "大于全省 1,932 家" in told(page)[1]

    def test_a_first_approval_is_given_one_by_one(self, browse: Browse, submitted: Make) -> None:
        figure = submitted()
        ask_for_two_levels(figure)
        page = browse("demo-reviewer").post(ADDRESS, chosen(figure))
        assert told(page) == ["未通过：这条数据须两级审核，初审须打开后逐条进行，不能成批通过。"]
        assert states(figure) == [State.SUBMITTED]

    def test_a_second_approval_by_another_puts_in_force(
        self, browse: Browse, second_reviewer: User, submitted: Make
    ) -> None:
        figure = submitted()
        ask_for_two_levels(figure)
        endorsed = services.figure_approve(by=second_reviewer, figure=figure, if_version=2)
        assert told(browse("demo-reviewer").post(ADDRESS, chosen(endorsed))) == ["已通过，自今天起对公众可见"]


class TestInput:
    @pytest.mark.parametrize(
        "given", ["", "x", "1", "1-", "-1", "1-0", "0-1", "1-2-3", "1e3-2", "１-２", "\x00", "9" * 30 + "-1", "1-1\n"]
    )
    def test_what_no_page_sent_is_a_bad_request(self, browse: Browse, submitted: Make, given: str) -> None:
        figure = submitted()
        answer = browse("demo-reviewer").post(ADDRESS, {"figure": [*chosen(figure)["figure"], given]})
        assert answer.status_code == 400
        assert "没有通过任何一条" in text(answer)
        assert states(figure) == [State.SUBMITTED]

    def test_too_many_at_once(self, browse: Browse, submitted: Make) -> None:
        figure = submitted()
        others = [f"{10**6 + number}-1" for number in range(MOST_AT_ONCE)]
        answer = browse("demo-reviewer").post(ADDRESS, {"figure": [*chosen(figure)["figure"], *others]})
        assert answer.status_code == 400
        assert "一次最多通过 50 条，选中了 51 条" in text(answer)
        assert states(figure) == [State.SUBMITTED]

    def test_as_many_as_are_allowed(self, browse: Browse, submitted: Make) -> None:
        figure = submitted()
        others = [f"{10**6 + number}-1" for number in range(MOST_AT_ONCE - 1)]
        page = browse("demo-reviewer").post(ADDRESS, {"figure": [*chosen(figure)["figure"], *others]})
        assert len(told(page)) == MOST_AT_ONCE
        assert states(figure) == [State.APPROVED]

    def test_nothing_chosen_is_told(self, browse: Browse, submitted: Make) -> None:
        figure = submitted()
        answer = browse("demo-reviewer").post(ADDRESS, follow=True)
        assert answer.redirect_chain == [("/review/", 302)]
        assert "没有选中任何一条" in text(answer)
        assert states(figure) == [State.SUBMITTED]


class TestOffer:
    def boxes(self, browse: Browse, username: str) -> list[str]:
        page = browse(username).get("/review/").content.decode()
        return re.findall(r'type="checkbox" name="figure" value="([^"]*)"', page)

    def test_only_rows_that_may_go_together_have_a_box(
        self, browse: Browse, people: People, second_reviewer: User, submitted: Make, seeded: Plan
    ) -> None:
        free = submitted(year=2015)
        warn(submitted(year=2016))
        submitted(year=2017, by="demo-reviewer")
        harbin = City.objects.get(code="230100")
        waiting = [submitted(code="young-talents", year=year, value="9", city=harbin) for year in (2016, 2017, 2018)]
        ask_for_two_levels(waiting[0])
        services.figure_approve(by=people["demo-reviewer"], figure=waiting[1], if_version=2)
        second = services.figure_approve(by=second_reviewer, figure=waiting[2], if_version=2)
        assert self.boxes(browse, "demo-reviewer") == [f"{free.pk}-2", f"{second.pk}-3"]
        queue = read_queue(seeded, people["demo-reviewer"])
        assert queue.free_count == 2
        assert [item.obstacles for item in queue.items] == [
            [],
            ["有提示，须逐条审核"],
            ["本人填报，须他人审核"],
            ["须两级审核，请逐条初审"],
            ["您已初审，须他人复审"],
            [],
        ]
        page = text(browse("demo-reviewer").get("/review/"))
        for words in ["其中 2 条没有提示", "有提示，须逐条审核", "本人填报，须他人审核", "您已初审，须他人复审"]:
            assert words in page

    def test_auditors_get_none(self, browse: Browse, submitted: Make) -> None:
        submitted()
        assert self.boxes(browse, "demo-auditor") == []
        assert "通过所选" not in text(browse("demo-auditor").get("/review/"))

    def test_without_a_free_row_it_says_so(self, browse: Browse, submitted: Make) -> None:
        warn(submitted())
        page = text(browse("demo-reviewer").get("/review/"))
        assert "没有可以一并通过的" in page
        assert "通过所选" not in page
