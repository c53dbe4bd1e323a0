"""Pages of the targets: what they say of the published figures, how they refuse, and how they stay cheap."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from planportal.accounts.models import City, User
from planportal.plan.models import Plan
from targets import recompute
from targets.figure_rules import Content
from targets.models import Figure, Standing, State, Target
from targets.services import figure_draft, figure_submit

Browse = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content
    return response.content.decode()


def squeezed(html: str) -> str:
    return "".join(html.split())


@pytest.mark.parametrize(
    ("code", "status", "sentence"),
    [
        ("technology-contract-value", "achieved", "2020年为265.20亿元，达到目标160.00亿元，完成率165.7%"),
        ("rd-intensity", "not_achieved", "2020年为1.26%，没有达到目标2.00%，还差0.74个百分点"),
        ("high-tech-enterprises", "achieved", "2020年为1,932家，达到目标1,100家"),
        ("invention-patents-per-10k", "achieved", "2020年为7.29件，达到目标6.70件"),
    ],
)
def test_target_page_gives_the_verdict_with_its_numbers(
    seeded: Plan, client: Client, code: str, status: str, sentence: str
) -> None:
    html = text(client, f"/targets/{code}/?as_of_year=2020")
    assert f'data-status="{status}"' in html
    assert sentence in squeezed(html)


def test_target_page_shows_trajectory_arithmetic_and_source(seeded: Plan, client: Client) -> None:
    html = text(client, "/targets/technology-contract-value/?as_of_year=2020")
    assert "技术合同成交额：2018 年首次达到目标，2020 年为目标的 165.7%" in html
    assert "100 × 265.20 ÷ 160.00" in html
    assert "127.26 + (160.00 − 127.26) × 5 ÷ 5" in html
    assert "技术合同成交额达到160亿元" in html
    assert 'href="/api/v1/targets/technology-contract-value/figures/?format=csv"' in html


def test_target_page_of_an_earlier_year_says_what_is_needed(seeded: Plan, client: Client) -> None:
    html = squeezed(text(client, "/targets/invention-patents-per-10k/?as_of_year=2018"))
    assert '还需每年</span><strongclass="pace__value">+0.415件' in html
    assert '目前每年</span><strongclass="pace__value">+0.830件' in html
    assert "外推7.53" in html


def test_figures_on_another_basis_stand_apart(seeded: Plan, client: Client) -> None:
    html = text(client, "/targets/rd-intensity/")
    assert "首次公布口径（单位：%）：仅作对照，不参与评估" in html
    assert "trajectory__other" in html


def test_proxies_stand_apart_and_assess_nothing(seeded: Plan, client: Client) -> None:
    html = text(client, "/targets/new-tech-firms/?as_of_year=2020")
    assert "参考数据（不参与评估）" in html
    assert "13,166" in html
    assert 'data-status="no_data"' in html


def test_unknown_target_is_404(seeded: Plan, client: Client) -> None:
    assert client.get("/targets/none/").status_code == 404


def test_list_names_goals_missing_data_and_the_view(seeded: Plan, client: Client) -> None:
    html = text(client, "/targets/?as_of_year=2020")
    assert "13 项指标中，3 项已完成，1 项未完成，9 项暂无数据" in html
    assert "尚未报送（责任单位：省科技厅）" in html
    assert html.count("本目标为定性目标，规划未设定量指标。") == 2
    assert "截至 2020 年、按今天所知" in html
    assert "+32.32" in html


def test_list_as_known_on_a_day(seeded: Plan, client: Client) -> None:
    html = text(client, "/targets/?as_of_year=2018&known_by=2019-12-31")
    assert "截至 2018 年、按 2019年12月31日所知" in html
    assert "0.83" in html  # the figure of 2018 before the economic census


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("goal=1", 3),
        ("department=zscqj", 1),
        ("kind=annual_flow", 2),
        ("status=achieved", 3),
        ("goal=1&status=achieved", 1),
    ],
)
def test_list_is_filtered(seeded: Plan, client: Client, query: str, count: int) -> None:
    html = text(client, f"/targets/?as_of_year=2020&{query}")
    assert html.count('<tr class="target-row">') == count
    assert f"共 {count} 项" in html


def test_an_empty_list_says_so(seeded: Plan, client: Client) -> None:
    assert "没有符合条件的指标" in text(client, "/targets/?status=behind")


@pytest.mark.parametrize("path", ["/", "/targets/", "/targets/rd-intensity/"])
@pytest.mark.parametrize("query", ["as_of_year=2015", "as_of_year=x", "known_by=2019-13-01", "view=draft"])
def test_a_bad_question_is_a_400_page(seeded: Plan, client: Client, path: str, query: str) -> None:
    response = client.get(f"{path}?{query}")
    assert response.status_code == 400
    assert query.split("=")[1] in response.content.decode()


def test_a_bad_filter_is_a_400_page(seeded: Plan, client: Client) -> None:
    assert client.get("/targets/?goal=99").status_code == 400
    assert client.get("/targets/?status=perfect").status_code == 400


def test_unknown_parameters_and_empty_ones_are_ignored(seeded: Plan, client: Client) -> None:
    text(client, "/targets/?utm=x&known_by=&status=")


@pytest.mark.parametrize("path", ["/", "/targets/", "/targets/rd-intensity/", "/dashboard/"])
def test_the_public_is_led_to_the_login(seeded: Plan, client: Client, path: str) -> None:
    response = client.get(f"{path}?view=reported")
    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next={path}%3Fview%3Dreported"


@pytest.mark.parametrize("path", ["/", "/targets/", "/targets/rd-intensity/"])
def test_pages_say_of_when_their_data_are(seeded: Plan, client: Client, path: str) -> None:
    response = client.get(path)
    assert response["Data-As-Of"].endswith("+08:00")
    assert response["Data-Pending"] == "false"
    assert "数据更新于" in response.content.decode()


def test_pending_data_are_announced(seeded: Plan, client: Client, settings: pytest.FixtureRequest) -> None:
    settings.REDIS_URL = "redis://nowhere.invalid:1/0"
    target = Target.objects.get(code="rd-intensity")
    target.build.wanted_seq += 1
    target.build.wanted_at = timezone.now()
    target.build.save()
    response = client.get("/targets/rd-intensity/")
    assert response["Data-Pending"] == "true"
    assert "有新数据正在计算" in response.content.decode()


def submit(people: dict[str, User], value: str) -> None:
    """A figure that waits for approval."""
    staff, target = people["demo-staff"], Target.objects.get(code="registered-results")
    content = Content(value=value, source="内部底稿")
    figure = figure_draft(by=staff, target=target, city=None, year=2020, content=content)
    figure_submit(by=staff, figure=figure, if_version=figure.version, reason="已核对")
    recompute.sweep()


def test_reported_view_counts_and_marks_what_waits_but_shows_its_number_alone(
    browse: Browse, people: dict[str, User]
) -> None:
    submit(people, "1850")
    html = text(browse("demo-harbin"), "/targets/registered-results/?view=reported&as_of_year=2020")
    assert 'data-status="achieved"' in html
    assert "1,850" in html
    assert "待审核" in html
    assert "内部底稿" not in html
    rows = text(browse("demo-harbin"), "/targets/?view=reported&as_of_year=2020")
    assert "截至 2020 年、按今天所知，含待审核数据" in rows
    assert '<span class="tag">待审核</span>' in rows


def test_the_public_sees_nothing_of_what_waits(client: Client, people: dict[str, User]) -> None:
    submit(people, "1850")
    html = text(client, "/targets/registered-results/?as_of_year=2020")
    assert "1,850" not in html
    assert 'data-status="no_data"' in html


def test_query_count_does_not_grow_with_figures(seeded: Plan, client: Client, people: dict[str, User]) -> None:
    paths = ["/", "/targets/", "/targets/registered-results/", "/cities/"]
    before = [queries(client, path) for path in paths]
    target = Target.objects.get(code="registered-results")
    now = timezone.now()
    Figure.objects.bulk_create(
        Figure(
            target=target,
            city=city,
            year=year,
            value=Decimal(year),
            standing=Standing.PUBLISHED,
            origin="loaded",
            state=State.APPROVED,
            created_at=now,
            submitted_at=now,
            known_from=now.date(),
            sequence=1000 * (index + 1) + year,
        )
        for index, city in enumerate([None, *City.objects.all()])
        for year in range(2016, 2021)
    )
    assert [queries(client, path) for path in paths] == before


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_dashboard_puts_the_officials_prefecture_in_front(browse: Browse) -> None:
    html = text(browse("demo-harbin"), "/dashboard/?as_of_year=2020")
    assert "哈尔滨市与全省" in html
    assert html.index("13 项指标中") < html.index("1,180") < html.index('class="stats"')


def test_dashboard_of_a_prefecture_is_as_known_on_the_day(browse: Browse) -> None:
    html = text(browse("demo-harbin"), "/dashboard/?as_of_year=2020&known_by=2021-03-01")
    assert "1,180" not in html
    assert "还没有可显示的数据" in html


def test_dashboard_is_for_everybody_signed_in(browse: Browse) -> None:
    for name in ("demo-staff", "demo-reviewer", "demo-auditor", "demo-admin"):
        assert "需要关注，最差的在前" in text(browse(name), "/dashboard/")


def test_cities_are_listed_with_what_they_reported(seeded: Plan, client: Client) -> None:
    html = text(client, "/cities/")
    assert "13 个市（地）中，3 个有已审核的数据：哈尔滨市、齐齐哈尔市、大庆市。" in html
    assert "2 个市（地）合计至少 1,275 家，还缺 11 个，不计差额。" in html
    assert "232700" in html
    assert 'href="/cities/230100/"' in html
