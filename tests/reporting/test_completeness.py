"""The completeness matrix: what is in and what is missing, on time or late, by department, as page and download."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from planportal.accounts.models import City, User
from planportal.plan.models import Plan
from planportal.reporting import services
from planportal.reporting.models import Round, Task
from targets.models import Figure, Target
from tests.reading import text

CODE, YEAR = "high-tech-enterprises", 2017
Browse = Callable[[str], Client]
Make = Callable[..., Figure]
PAGE = "/completeness/"


@pytest.fixture
def opened(seeded: Plan, people: dict[str, User]) -> Round:
    """2017's round."""
    return services.round_open(by=people["demo-admin"], plan=seeded, year=YEAR)


def overdue(code: str = CODE) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Task.objects.filter(target__code=code).update(opens_on=yesterday, due_on=yesterday, regular_due_on=yesterday)


def cell(response: HttpResponse, code: str = CODE, year: int = YEAR) -> tuple[str, str]:
    rows = response.context["completeness"].rows
    (row,) = [row for row in rows if row.target.code == code]
    (found,) = [cell for cell in row.cells if cell.year == year]
    return found.punctuality, found.word


def counts(response: HttpResponse) -> dict[str, int]:
    return {count.name: count.count for count in response.context["completeness"].counts if count.count}


def test_what_is_missing_is_pending_until_it_is_due(browse: Browse, opened: Round) -> None:
    page = browse("demo-auditor").get(PAGE)
    assert cell(page) == ("pending", "待填报")
    assert counts(page) == {"published": 3, "pending": 10}
    overdue()
    page = browse("demo-auditor").get(PAGE)
    assert cell(page) == ("overdue", "待填报")
    assert counts(page) == {"overdue": 1, "published": 3, "pending": 9}


def test_what_was_handed_in_is_on_time_or_late(browse: Browse, opened: Round, submitted: Make) -> None:
    submitted()
    assert cell(browse("demo-auditor").get(PAGE)) == ("on_time", "审核中")
    overdue()
    assert cell(browse("demo-auditor").get(PAGE)) == ("late", "审核中")


def test_what_is_declared_and_what_is_not_yet_open_is_not_missing(
    browse: Browse, opened: Round, people: dict[str, User]
) -> None:
    today = timezone.localdate()
    task = Task.objects.get(target__code=CODE)
    services.task_declare_unavailable(by=people["demo-staff"], task=task, until=today, reason="尚未公布")
    later = today + timedelta(days=100)
    Task.objects.filter(target__code="incubators").update(opens_on=later, due_on=later)
    page = browse("demo-auditor").get(PAGE)
    assert cell(page) == ("unavailable", "已声明暂无数据")
    assert cell(page, "incubators") == ("not_yet_open", "未到填报期")


def test_years_without_a_round_say_what_is_there(browse: Browse, opened: Round) -> None:
    page = browse("demo-auditor").get(PAGE)
    assert cell(page, CODE, 2015) == ("", "规划已载")
    assert cell(page, CODE, 2016) == ("", "未开启报送")
    assert cell(page, CODE, 2019) == ("", "已有数据")
    # A proxy is no report.
    assert cell(page, "new-tech-firms", 2020) == ("", "未开启报送")


def test_prefectures_are_counted_in_the_cell(
    browse: Browse, seeded: Plan, people: dict[str, User], submitted: Make
) -> None:
    Target.objects.filter(code=CODE).update(asks_cities=True)
    services.round_open(by=people["demo-admin"], plan=seeded, year=YEAR)
    submitted(city=City.objects.get(code="230100"), value="500")
    assert "市（地）已报 1/13" in text(browse("demo-auditor").get(PAGE))


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("", 302),
        ("demo-staff", 200),
        ("demo-reviewer", 200),
        ("demo-other", 200),
        ("demo-harbin", 200),
        ("demo-auditor", 200),
        ("demo-admin", 200),
    ],
)
def test_who_sees_it(as_person: Browse, opened: Round, username: str, status: int) -> None:
    assert as_person(username).get(PAGE).status_code == status


@pytest.mark.parametrize(
    ("username", "word"),
    [
        ("demo-staff", "草稿"),
        ("demo-auditor", "草稿"),
        ("demo-reviewer", "待填报"),
        ("demo-other", "待填报"),
        ("demo-harbin", "待填报"),
        ("demo-admin", "待填报"),
    ],
)
def test_a_draft_stands_there_for_those_only_who_may_see_it(
    browse: Browse, opened: Round, draft: Make, username: str, word: str
) -> None:
    draft(value="817263")
    page = browse(username).get(PAGE)
    assert cell(page)[1] == word
    assert "817" not in text(page)


def test_it_is_filtered_by_department(browse: Browse, opened: Round) -> None:
    page = browse("demo-auditor").get(f"{PAGE}?department=zscqj")
    assert [row.target.code for row in page.context["completeness"].rows] == ["invention-patents-per-10k"]
    assert counts(page) == {"published": 1}


@pytest.mark.parametrize("query", ["department=x", "format=xlsx", "format=json"])
def test_what_is_unknown_is_the_400_page(browse: Browse, opened: Round, query: str) -> None:
    assert browse("demo-auditor").get(f"{PAGE}?{query}").status_code == 400


def test_the_download_has_a_line_a_task(browse: Browse, opened: Round, submitted: Make) -> None:
    submitted()
    answer = browse("demo-auditor").get(f"{PAGE}?format=csv&department=kjt")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "target,name,year,area,department,state,opens_on,due_on,first_submitted_on,handed_in_on,late"
    assert len(lines) == 13
    today = timezone.localdate().isoformat()
    (own,) = [line for line in lines if line.startswith(CODE)]
    assert (
        own == f"{CODE},国家级高新技术企业,2017,,kjt,submitted,{opened.opens_on},{opened.due_on},{today},{today},false"
    )


def test_without_any_round_it_says_so(browse: Browse, seeded: Plan) -> None:
    assert "还没有开启任何一年的报送" in text(browse("demo-auditor").get(PAGE))


def test_the_count_of_queries_does_not_grow(
    browse: Browse, opened: Round, django_assert_max_num_queries: Callable[..., object]
) -> None:
    auditor = browse("demo-auditor")
    with django_assert_max_num_queries(9):
        auditor.get(PAGE)
