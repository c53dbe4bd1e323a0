"""The workspace: who may, under which addresses, and what it lists."""

from collections.abc import Callable

import pytest
from django.test import Client

from planportal.accounts.models import User
from planportal.plan.models import Plan
from targets import services
from targets.models import Figure, FigureEvent, Target
from tests.reading import text
from tests.reporting.desk import CODE, ENTRY, EVERYBODY, TYPED, YEAR, Browse, Make, hidden


class TestAccess:
    WORKSPACE = {
        "": 302,
        "demo-staff": 200,
        "demo-reviewer": 200,
        "demo-other": 200,
        "demo-harbin": 403,
        "demo-auditor": 403,
        "demo-admin": 403,
    }
    ENTRY_PAGE = WORKSPACE | {"demo-other": 403}
    # Who may enter is led back to the workspace, the public to the sign-in page.
    ENTRY_STEP = {name: 302 if status in {200, 302} else status for name, status in ENTRY_PAGE.items()}

    @pytest.mark.parametrize("username", EVERYBODY)
    def test_the_workspace(self, as_person: Browse, username: str) -> None:
        assert as_person(username).get("/workspace/").status_code == self.WORKSPACE[username]

    @pytest.mark.parametrize("username", EVERYBODY)
    def test_the_entry_page(self, as_person: Browse, username: str) -> None:
        assert as_person(username).get(ENTRY).status_code == self.ENTRY_PAGE[username]

    @pytest.mark.parametrize("username", EVERYBODY)
    def test_entering_a_figure(self, as_person: Browse, username: str) -> None:
        assert as_person(username).post(ENTRY, TYPED).status_code == self.ENTRY_STEP[username]
        stored = Figure.objects.filter(target__code=CODE, year=YEAR).count()
        assert stored == (1 if username in {"demo-staff", "demo-reviewer"} else 0)

    @pytest.mark.parametrize("username", EVERYBODY)
    @pytest.mark.parametrize("action", ["draft", "submit", "withdraw"])
    def test_changing_a_figure_of_somebody(self, as_person: Browse, draft: Make, username: str, action: str) -> None:
        figure = draft()
        about = hidden(figure) | hidden(figure, "withdraw-") | {"withdraw-reason": "报错了"}
        answer = as_person(username).post(ENTRY, TYPED | about | {"action": action})
        # A reviewer may enter for the department, but does not know of a colleague's draft.
        assert answer.status_code == (self.ENTRY_STEP | {"demo-reviewer": 404})[username]
        unchanged = Figure.objects.get(pk=figure.pk).version == figure.version
        assert unchanged == (username != "demo-staff")

    def test_the_public_comes_back_after_signing_in(self, seeded: Plan, client: Client) -> None:
        assert client.get("/workspace/")["Location"] == "/accounts/login/?next=/workspace/"
        assert client.get(f"{ENTRY}?area=230100")["Location"] == f"/accounts/login/?next={ENTRY}%3Farea%3D230100"

    def test_a_refused_entry_is_an_event(self, browse: Browse, people: dict[str, User]) -> None:
        browse("demo-other").post(ENTRY, TYPED)
        refusal = FigureEvent.objects.get(action="refused")
        assert (refusal.actor, refusal.attempted, refusal.code) == (
            people["demo-other"],
            "drafted",
            "not_responsible",
        )

    def test_a_reviewer_without_a_department_has_no_workspace(self, browse: Browse, people: dict[str, User]) -> None:
        User.objects.filter(pk=people["demo-reviewer"].pk).update(department=None)
        answer = browse("demo-reviewer").get("/workspace/")
        assert answer.status_code == 403
        assert "不属于任何单位" in text(answer)


class TestAddresses:
    @pytest.mark.parametrize(
        ("address", "status"),
        [
            (f"/workspace/{CODE}/2015/", 200),
            (f"/workspace/{CODE}/2020/", 200),
            (f"/workspace/{CODE}/2014/", 404),
            (f"/workspace/{CODE}/2021/", 404),
            (f"/workspace/{CODE}/99999999999999999999/", 404),
            ("/workspace/no-such-target/2017/", 404),
            (f"{ENTRY}?area=230100", 200),
            (f"{ENTRY}?area=", 200),
            (f"{ENTRY}?area=110000", 404),
            (f"{ENTRY}?basis=first", 400),
            ("/workspace/rd-intensity/2017/?basis=first", 200),
            ("/workspace/rd-intensity/2017/?basis=third", 400),
        ],
    )
    def test_what_the_page_can_be_about(self, browse: Browse, address: str, status: int) -> None:
        assert browse("demo-staff").get(address).status_code == status

    @pytest.mark.parametrize(
        "about",
        [
            {"action": ""},
            {"action": "approve"},
            {"figure": "x", "version": "1"},
            {"figure": "1"},
            {"version": "1"},
            {"action": "withdraw"},
            {"action": "withdraw", "withdraw-figure": "0", "withdraw-version": "1"},
        ],
    )
    def test_what_no_page_sent_is_a_bad_request(self, browse: Browse, about: dict[str, str]) -> None:
        assert browse("demo-staff").post(ENTRY, TYPED | about).status_code == 400
        assert not Figure.objects.filter(target__code=CODE, year=YEAR).exists()

    def test_a_figure_of_another_year_is_not_found(self, browse: Browse, draft: Make) -> None:
        other = draft(year=2018)
        assert browse("demo-staff").post(ENTRY, TYPED | hidden(other)).status_code == 404

    def test_other_methods_are_not_allowed(self, browse: Browse) -> None:
        staff = browse("demo-staff")
        assert [staff.post("/workspace/").status_code, staff.delete(ENTRY).status_code] == [405, 405]


class TestWorkspace:
    def test_the_year_without_a_figure_waits_for_one(self, browse: Browse) -> None:
        page = browse("demo-staff").get("/workspace/")
        assert f'href="{ENTRY}"' in page.content.decode()
        assert "尚未报送" in text(page)
        assert "还有 50 个年度数据没有报送" in text(page)

    def test_targets_of_other_departments_are_not_in_it(self, browse: Browse) -> None:
        mine, theirs = browse("demo-staff").get("/workspace/"), browse("demo-other").get("/workspace/")
        assert "每万人口发明专利拥有量" not in text(mine)
        assert "每万人口发明专利拥有量" in text(theirs)
        assert "国家级高新技术企业" not in text(theirs)

    def test_a_department_with_everything_reported_is_done(self, browse: Browse) -> None:
        assert "各年数据都已报送" in text(browse("demo-other").get("/workspace/"))

    def test_each_figure_stands_in_its_group(
        self, browse: Browse, draft: Make, submitted: Make, returned: Make
    ) -> None:
        draft(year=2016)
        submitted(year=2017)
        returned(year=2018, why="与年报不符")
        workspace = browse("demo-staff").get("/workspace/").context["workspace"]
        groups = (workspace.open, workspace.waiting, workspace.returned)
        found = [[item.key.year for item in group if item.figure] for group in groups]
        assert found == [[2016], [2017], [2018]]
        assert workspace.returned[0].returned_why == "与年报不符"

    def test_only_the_latest_reason_is_shown(self, browse: Browse, people: dict[str, User], returned: Make) -> None:
        figure = returned(why="第一次的理由")
        figure = services.figure_submit(by=people["demo-staff"], figure=figure, if_version=figure.version)
        services.figure_return(
            by=people["demo-reviewer"], figure=figure, if_version=figure.version, reason="第二次的理由"
        )
        page = text(browse("demo-staff").get("/workspace/"))
        assert "第二次的理由" in page
        assert "第一次的理由" not in page

    def test_a_proxy_is_no_report(self, browse: Browse) -> None:
        rows = browse("demo-staff").get("/workspace/").context["workspace"].rows
        proxied = next(row for row in rows if row.target.code == "new-tech-firms")
        assert [cell.is_missing for cell in proxied.cells] == [False, True, True, True, True, True]

    def test_a_department_without_targets_is_told(self, browse: Browse, target: Callable[[str], Target]) -> None:
        other = target("invention-patents-per-10k")
        Target.objects.filter(department=other.department).update(department=target(CODE).department)
        assert "没有由贵单位负责的指标" in text(browse("demo-other").get("/workspace/"))

    def test_the_count_of_queries_does_not_grow_with_the_figures(
        self, browse: Browse, draft: Make, django_assert_max_num_queries: Callable[..., object]
    ) -> None:
        staff = browse("demo-staff")
        for year in range(2015, 2019):
            draft(year=year)
        with django_assert_max_num_queries(15):
            staff.get("/workspace/")

    def test_another_plans_workspace_stands_under_its_prefix(self, browse: Browse, seeded: Plan) -> None:
        seeded.pk, seeded.code, seeded._state.adding = None, "other", True
        seeded.save()
        page = browse("demo-staff").get("/p/other/workspace/")
        assert page.status_code == 200
        assert "没有由贵单位负责的指标" in text(page)
