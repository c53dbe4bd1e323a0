"""What settles a task, until when it is in time and whether it was late; said alike wherever it is said."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from planportal.accounts.models import City, Department, User
from planportal.plan.models import Plan
from planportal.reporting import services
from planportal.reporting.calendar import DAYS_AFTER_RETURN, DAYS_TO_REPORT
from planportal.reporting.models import Notice, Round, Task
from planportal.reporting.notices import gather
from targets import services as figure_services
from targets.models import Figure, FigureEvent, Target
from tests.history import rewriting

CODE, YEAR = "high-tech-enterprises", 2017
People = dict[str, User]
Make = Callable[..., Figure]
TODAY = timezone.localdate


@pytest.fixture
def task(opened: Round) -> Task:
    """2017's high-tech enterprises, due 40 days ago."""
    found = Task.objects.shown().get(round=opened, target__code=CODE)
    due_on = TODAY() - timedelta(days=40)
    Task.objects.filter(pk=found.pk).update(opens_on=due_on, due_on=due_on, regular_due_on=due_on)
    found.refresh_from_db()
    return found


@pytest.fixture
def steps(people: People, draft: Make) -> Callable[..., Figure]:
    """A figure handed in, sent back, handed in again and so on, each so many days after it was due 40 days ago."""

    def make(*days_after_due: int, approve: bool = False) -> Figure:
        figure = draft()
        staff, reviewer = people["demo-staff"], people["demo-reviewer"]
        for number, days in enumerate(days_after_due):
            if number % 2:
                figure = figure_services.figure_return(
                    by=reviewer, figure=figure, if_version=figure.version, reason="来源不清"
                )
            else:
                figure = figure_services.figure_submit(by=staff, figure=figure, if_version=figure.version)
            at = timezone.now() + timedelta(days=days - 40)
            with rewriting():
                FigureEvent.objects.filter(figure=figure, version=figure.version).update(at=at)
        if approve:
            figure = figure_services.figure_approve(by=reviewer, figure=figure, if_version=figure.version)
        return figure

    return make


def read(task: Task, days: int = 40) -> Task:
    """The task so many days after it was due."""
    today = task.due_on + timedelta(days=days)
    return Task.objects.shown().with_state(User(role="auditor"), today).get(pk=task.pk)


class TestReturned:
    def test_what_was_returned_settles_nothing(self, task: Task, steps: Make) -> None:
        steps(-5, -3)
        found = read(task, DAYS_AFTER_RETURN)
        assert (found.state, found.is_settled, found.late, found.is_overdue) == ("returned", False, True, True)
        assert (found.first_submitted_on, found.handed_in_on) == (None, None)

    @pytest.mark.parametrize(("returned", "until"), [(-30, 0), (-5, 5), (0, 10), (25, 35)])
    def test_a_return_leaves_10_days_and_never_less_than_the_due_date(
        self, task: Task, steps: Make, returned: int, until: int
    ) -> None:
        steps(-31, returned)
        assert read(task).asked_by == task.due_on + timedelta(days=until)
        assert [read(task, until).late, read(task, until + 1).late] == [False, True]

    def test_what_was_handed_in_late_earns_no_time_by_its_return(self, task: Task, steps: Make) -> None:
        steps(3, 5)
        assert (read(task, 6).late, read(task, 6).asked_by) == (True, task.due_on)

    def test_a_second_return_leaves_10_days_again(self, task: Task, steps: Make) -> None:
        steps(-1, 10, 20, 35)
        assert [read(task, 45).late, read(task, 46).late] == [False, True]


class TestHandedInAgain:
    @pytest.mark.parametrize("approve", [False, True])
    @pytest.mark.parametrize(
        ("days", "late"),
        [
            # Handed in; returned; handed in again, and so on.
            ((0,), False),
            ((1,), True),
            ((-9, -8, 0), False),
            ((-9, -8, 2), False),
            ((-9, -8, 3), True),
            ((0, 25, 35), False),
            ((0, 25, 36), True),
            ((1, 2, 3), True),
            ((0, 5, 15, 20, 30), False),
            ((0, 5, 16, 17, 18), True),
        ],
    )
    def test_every_hand_in_is_judged_by_its_own_day(
        self, task: Task, steps: Make, days: tuple[int, ...], late: object, approve: object
    ) -> None:
        steps(*days, approve=approve)
        found = read(task)
        assert (found.is_settled, found.late, found.is_overdue) == (True, late, False)
        assert found.first_submitted_on == task.due_on + timedelta(days=days[0])
        assert found.handed_in_on == task.due_on + timedelta(days=days[-1])

    def test_withdrawing_and_beginning_anew_earns_no_time(self, task: Task, steps: Make, people: People) -> None:
        figure = steps(-1, 5)
        figure_services.figure_withdraw(
            by=people["demo-staff"], figure=figure, if_version=figure.version, reason="重新填报"
        )
        assert read(task, 6).late
        steps(6)
        assert read(task).late


class TestCorrections:
    def test_a_correction_is_never_late(self, task: Task, steps: Make, submitted: Make, people: People) -> None:
        steps(-1, approve=True)
        correction = submitted(value="930", reason="漏报")
        assert not read(task).late
        figure_services.figure_approve(by=people["demo-reviewer"], figure=correction, if_version=2)
        found = read(task)
        assert (found.state, found.late) == ("approved", False)
        assert found.first_submitted_on == found.handed_in_on == task.due_on - timedelta(days=1)

    def test_what_was_late_stays_late_when_it_is_corrected(self, task: Task, steps: Make, submitted: Make) -> None:
        steps(1, approve=True)
        submitted(value="930", reason="漏报")
        assert read(task).late

    @pytest.mark.parametrize("approve", [False, True])
    def test_what_a_publication_brought_is_corrected_at_any_time(
        self, seeded: Plan, people: People, submitted: Make, approve: object
    ) -> None:
        made = services.round_open(by=people["demo-admin"], plan=seeded, year=2018)
        task = Task.objects.shown().get(round=made, target__code="technology-contract-value")
        overdue_since = TODAY() - timedelta(days=40)
        Task.objects.filter(pk=task.pk).update(opens_on=overdue_since, due_on=overdue_since)
        assert Figure.objects.in_force().filter(target=task.target, year=2018).exists()
        figure = submitted(code="technology-contract-value", year=2018, value="166", reason="核实")
        if approve:
            figure_services.figure_approve(by=people["demo-reviewer"], figure=figure, if_version=2)
        found = read(task)
        assert (found.is_settled, found.late, found.first_submitted_on) == (True, False, None)

    def test_a_figure_that_was_taken_back_is_asked_for_within_30_days(
        self, task: Task, steps: Make, submitted: Make, people: People
    ) -> None:
        steps(-1, approve=True)
        nothing = submitted(value=None, reason="来源撤稿")
        figure_services.figure_approve(by=people["demo-reviewer"], figure=nothing, if_version=2)
        found = read(task)
        assert (found.state, found.late, found.asked_by) == ("open", False, TODAY() + timedelta(days=DAYS_TO_REPORT))
        assert read(task, 40 + DAYS_TO_REPORT + 1).is_overdue


@pytest.fixture
def places(
    browse: Callable[[str], Client], api: Callable[[str], APIClient]
) -> Callable[[], dict[str, tuple[bool, bool]]]:
    """What each place says of the task today: whether it is late, and whether it is overdue."""

    def said() -> dict[str, tuple[bool, bool]]:
        (row,) = api("demo-staff").get(f"/api/v1/tasks/?target={CODE}&year={YEAR}").json()["results"]
        matrix = browse("demo-auditor").get("/completeness/").context["completeness"]
        (cell,) = [c for r in matrix.rows if r.target.code == CODE for c in r.cells if c.year == YEAR]
        workspace = browse("demo-staff").get("/workspace/").context["workspace"]
        groups = ("returned", "due", "open", "waiting")
        mine = [item for name in groups for item in getattr(workspace, name) if item.key.target.code == CODE]
        gather(timezone.now())
        told = Notice.objects.filter(task__target__code=CODE, kind__startswith="overdue").exists()
        is_overdue = cell.punctuality == "overdue"
        return {
            "api": (row["late"], is_overdue),
            "matrix": (cell.punctuality in {"overdue", "late"}, is_overdue),
            "workspace": (row["late"], any(item.is_overdue for item in mine)),
            "notices": (row["late"], told),
            "round page": (row["late"], _round_page(browse)),
        }

    return said


def _round_page(browse: Callable[[str], Client]) -> bool:
    lines = browse("demo-admin").get(f"/manage/rounds/{YEAR}/").context["lines"]
    return any(line.is_overdue for line in lines if line.task.target.code == CODE)


@pytest.mark.parametrize(
    ("days", "approve", "late", "overdue"),
    [
        ((), False, True, True),
        ((-1, 1), False, True, True),
        ((-1, 35), False, False, False),
        ((1, 35), False, True, True),
        ((-1,), False, False, False),
        ((1,), False, True, False),
        ((-1, 20, 30), False, False, False),
        ((-1, 20, 31), True, True, False),
        ((-1,), True, False, False),
    ],
)
def test_api_matrix_workspace_notices_and_administration_agree(
    task: Task,
    steps: Make,
    places: Callable[[], dict[str, tuple[bool, bool]]],
    days: tuple[int, ...],
    approve: object,
    late: object,
    overdue: object,
) -> None:
    if days:
        steps(*days, approve=approve)
    assert set(places().values()) == {(late, overdue)}, places()


@pytest.mark.parametrize(("declared_until", "late"), [(-31, True), (-30, False), (-1, False), (5, False)])
def test_they_agree_about_a_declaration_too(
    task: Task, places: Callable[[], dict[str, tuple[bool, bool]]], declared_until: int, late: object
) -> None:
    until = TODAY() + timedelta(days=declared_until)
    Task.objects.filter(pk=task.pk).update(unavailable_until=until, unavailable_reason="未公布")
    assert set(places().values()) == {(late, late)}, places()


def test_the_new_department_has_what_opens_again(
    task: Task,
    submitted: Make,
    people: People,
    browse: Callable[[str], Client],
    api: Callable[[str], APIClient],
) -> None:
    """Approved under one department, moved to another, taken back there."""
    figure_services.figure_approve(by=people["demo-reviewer"], figure=submitted(), if_version=2)
    target = Target.objects.select_related("plan", "department").get(code=CODE)
    services.target_configure(
        by=people["demo-admin"],
        target=target,
        department=Department.objects.get(code="zscqj"),
        release_month=None,
        source_hint="",
        asks_cities=False,
        second_review=False,
        reason="机构改革",
    )
    nothing = submitted(by="demo-other", value=None, reason="来源撤稿")
    figure_services.figure_approve(by=people["demo-reviewer"], figure=nothing, if_version=2)

    asked = f"/api/v1/tasks/?target={CODE}&year={YEAR}"
    found = {name: api(name).get(asked).json()["results"] for name in ("demo-staff", "demo-other")}
    assert [row["state"] for row in found["demo-other"]] == ["open"]
    assert found["demo-staff"] == []
    entry = f"/workspace/{CODE}/{YEAR}/"
    assert {name: browse(name).get(entry).status_code for name in found} == {"demo-staff": 403, "demo-other": 200}
    for name, mine in (("demo-staff", False), ("demo-other", True)):
        items = browse(name).get("/workspace/").context["workspace"].to_do
        assert (CODE in [item.key.target.code for item in items]) is mine
    lines = b"".join(browse("demo-auditor").get("/completeness/?format=csv&department=zscqj").streaming_content)
    (line,) = [line for line in lines.decode("utf-8-sig").splitlines() if line.startswith(CODE)]
    assert ",zscqj,open," in line
    gather(timezone.now() + timedelta(days=25))
    told = Notice.objects.filter(task=task).values_list("person__username", flat=True)
    assert set(told) == {"demo-other"}


class TestCities:
    @pytest.fixture
    def cities(self, seeded: Plan, people: People) -> Round:
        """2017's round, with the prefectures' high-tech enterprises; all due yesterday."""
        Target.objects.filter(code=CODE).update(asks_cities=True)
        made = services.round_open(by=people["demo-admin"], plan=seeded, year=YEAR)
        yesterday = TODAY() - timedelta(days=1)
        Task.objects.filter(target__code=CODE).update(opens_on=yesterday, due_on=yesterday, regular_due_on=yesterday)
        return made

    def switch(self, admin: Client, *, asks_cities: bool) -> str:
        given = {"department": "kjt", "release_month": "", "source_hint": "", "reason": "范围调整"}
        page = admin.post(
            f"/manage/targets/{CODE}/", given | ({"asks_cities": "on"} if asks_cities else {}), follow=True
        )
        assert page.status_code == 200
        return page.content.decode()

    @pytest.fixture
    def answered(self, submitted: Make, draft: Make) -> None:
        """Harbin's figure is handed in, Qiqihar's is a draft."""
        submitted(city=City.objects.get(code="230100"), value="500")
        draft(city=City.objects.get(code="230200"), value="50")

    def test_switched_off_what_is_not_answered_is_no_longer_asked_for(
        self,
        cities: Round,
        answered: None,
        browse: Callable[[str], Client],
        api: Callable[[str], APIClient],
        people: People,
    ) -> None:
        asked = f"/api/v1/tasks/?target={CODE}&year={YEAR}"
        admin, staff = browse("demo-admin"), api("demo-staff")
        assert staff.get(asked).json()["count"] == 14
        assert "不再要求填报" in admin.get(f"/manage/targets/{CODE}/").content.decode()
        said = self.switch(admin, asks_cities=False)
        assert "不再要求 12 项市（地）任务，已报送的 1 项保留" in said
        assert {row["area"] for row in staff.get(asked).json()["results"]} == {"230100", None}
        gather(timezone.now(), [people["demo-staff"]])
        assert Notice.objects.filter(task__city__isnull=False).count() == 0
        assert len(admin.get(f"/manage/rounds/{YEAR}/").context["lines"]) == 14
        matrix = browse("demo-auditor").get("/completeness/").context["completeness"]
        assert matrix.total == 14
        assert not services.missing_tasks([cities])

    def test_switched_on_again_they_are_asked_for_as_before(
        self, cities: Round, answered: None, browse: Callable[[str], Client], api: Callable[[str], APIClient]
    ) -> None:
        admin = browse("demo-admin")
        before = list(cities.tasks.order_by("pk").values())
        for asks_cities in (False, True):
            self.switch(admin, asks_cities=asks_cities)
        assert api("demo-staff").get(f"/api/v1/tasks/?target={CODE}&year={YEAR}").json()["count"] == 14
        assert [row["id"] for row in cities.tasks.order_by("pk").values()] == [row["id"] for row in before]

    def test_the_page_of_a_task_that_is_not_asked_for_says_so(
        self, cities: Round, browse: Callable[[str], Client]
    ) -> None:
        admin = browse("demo-admin")
        self.switch(admin, asks_cities=False)
        one = cities.tasks.filter(city__code="230100").get()
        assert "<dd>不再要求填报" in admin.get(f"/manage/tasks/{one.pk}/").content.decode()

    def test_overdue_prefectures_stand_in_the_cell_and_in_the_counts(
        self, cities: Round, answered: None, browse: Callable[[str], Client]
    ) -> None:
        page = browse("demo-auditor").get("/completeness/")
        (cell,) = [
            c for r in page.context["completeness"].rows if r.target.code == CODE for c in r.cells if c.year == YEAR
        ]
        assert (cell.cities_reported, cell.cities_overdue, cell.cities_asked) == (1, 12, 13)
        shown = page.content.decode()
        assert '<span class="lamp__word">12 个逾期</span>' in shown
        assert "市（地）已报 1/13" in shown
        assert page.context["completeness"].counts[0].count == 13
