"""The home page: the finding, the counts, what needs attention, the ways into the plan, and the latest figures."""

import pytest
from django.test import Client

from planportal.plan.models import Plan

pytestmark = pytest.mark.django_db


def page(client: Client, query: str = "") -> str:
    response = client.get(f"/{query}")
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("query", ["", "?as_of_year=2020", "?as_of_year=2021", "?as_of_year=2030"])
def test_home_gives_the_verdict_and_says_the_period_is_over(seeded: Plan, client: Client, query: str) -> None:
    html = page(client, query)
    assert "13 项指标中，3 项已完成，1 项未完成，9 项暂无数据</h1>" in html
    assert "规划期已结束（2016—2020 年）" in html
    assert "需关注：研究与试验发展经费投入强度" in html


def test_home_of_an_earlier_year_says_the_methods_sentence(seeded: Plan, client: Client) -> None:
    html = page(client, "?as_of_year=2018")
    assert "13 项指标中，2 项符合进度（15.3%），1 项出现倒退，10 项未评估</h1>" in html
    assert 'href="/targets/?as_of_year=2018&amp;status=regressing"' in html
    assert "看最新情况" in html


def test_home_leads_into_the_catalogue_with_counts(seeded: Plan, client: Client) -> None:
    html = page(client)
    for name in (
        "8 个优先领域",
        "362 个研发方向",
        "51 个产业技术创新联盟",
        "7 个科技创新平台",
        "24 个点名单位",
        "8 个国家项目",
        "规划原文与对照",
    ):
        assert name in html


def test_home_names_the_latest_figures_with_their_sources(seeded: Plan, client: Client) -> None:
    html = page(client)
    assert "2020 年 <strong>265.20 亿元</strong>" in html
    assert "中国科技统计年鉴2022 表8-37" in html
    assert "2018 年 <strong>1.05%</strong>，2017 年 <strong>1.19%</strong>" in html


def test_home_as_known_on_a_day_names_nothing_later(seeded: Plan, client: Client) -> None:
    html = page(client, "?as_of_year=2019&known_by=2020-12-31")
    assert "265.20" not in html
    assert "1.05%" not in html


def test_home_names_who_reports_what_is_missing(seeded: Plan, client: Client) -> None:
    assert page(client).count("尚未报送（责任单位：省科技厅）") == 9
