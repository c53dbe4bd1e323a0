"""Pages of the prefectures: their finding, figures, places and sums; every number is the API's."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from planportal.accounts.models import City, User
from planportal.plan.models import Plan
from planportal.reporting import services
from planportal.web.writing import written_change, written_figure, written_percent
from targets.models import Target
from tests.targets.desk import OFFICIAL, ROOT, STAFF, Desk

Browse = Callable[[str], Client]
HARBIN, QIQIHAR, JIXI = "230100", "230200", "230300"
FIRMS, RESULTS, INTENSITY = "high-tech-enterprises", "registered-results", "rd-intensity"


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


@pytest.fixture
def reported(desk: Desk) -> None:
    """Three prefectures and the province; two of them alike, and a zero."""
    for area, year, value in (
        (HARBIN, 2018, "300"),
        (HARBIN, 2019, "412"),
        (QIQIHAR, 2019, "412"),
        (JIXI, 2019, "0"),
        (None, 2019, "1000"),
    ):
        desk.in_state("approved", target=RESULTS, year=year, value=value, area=area)
    desk.in_state(
        "approved", target=INTENSITY, year=2019, value="1.50", area=HARBIN, basis="rebased", provisional=True
    )


@pytest.mark.usefixtures("reported")
def test_a_prefecture_says_first_where_it_stands(client: Client) -> None:
    page = text(client, f"/cities/{HARBIN}/")
    finding = "哈尔滨市已报 3 项指标；国家级高新技术企业 2020 年占全省 61.0%，居第 1 位（共 2 个市（地）报送）。"
    assert f'<p class="finding__sentence">{finding}</p>' in page
    assert "13 项指标中 3 项有数据，2015 至 2020 年共 4 个年度数。" in page
    assert "登记科技成果（2019 年）：哈尔滨市、齐齐哈尔市居第 1 位，为 412 项；13 个市（地）中 3 个已报送。" in page
    assert "3 个市（地）合计至少 824 项，还缺 10 个，不计差额。全省 1,000 项。" in page
    assert "尚未报送的 10 个：</span>鹤岗市、双鸭山市、" in page
    assert "比率类指标，各市（地）数值不相加、不平均。" in page
    assert page.count("未要求分市（地）报送") == 10
    assert "普查修订口径" in page
    assert "初步数" in page
    assert f'href="/api/v1/cities/{HARBIN}/?as_of_year=2020"' in page
    assert 'rel="prev">上一个：大兴安岭地区</a>' in page
    assert 'rel="next">下一个：齐齐哈尔市</a>' in page
    assert "style=" not in page


@pytest.mark.usefixtures("reported")
@pytest.mark.parametrize("year", [2020, 2019, 2018, 2016])
def test_every_number_is_the_apis(client: Client, seeded: Plan, year: int) -> None:
    answer = client.get(f"{ROOT}cities/{HARBIN}/?as_of_year={year}").json()
    page = text(client, f"/cities/{HARBIN}/?as_of_year={year}")
    table = "".join(page[page.index('id="latest"') : page.index('id="years"')].split())
    decimals = dict(Target.objects.filter(plan=seeded).values_list("code", "decimals"))
    shown = [row for row in answer["targets"] if row["year"]]
    assert len(shown) == {2020: 3, 2019: 2, 2018: 1, 2016: 0}[year]
    for row in shown:
        digits = decimals[row["code"]]
        assert f"<strong>{written_figure(row['value'], digits)}</strong>" in table
        assert f">{written_change(row['yearly_change'], digits)}<" in table
        assert row["share_pct"] is None or written_percent(row["share_pct"]) in table
        assert f"第{row['rank']}位（共" in table
    empty = "还没有已报送的数据" in page
    assert empty == (shown == [])


@pytest.mark.usefixtures("reported")
def test_its_figures_are_a_download(client: Client) -> None:
    response = client.get(f"/cities/{HARBIN}/?format=csv&as_of_year=2019")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert response["Content-Disposition"] == 'attachment; filename="city-230100.csv"'
    assert response["Data-Pending"] == "false"
    assert lines == [
        "target,name,unit,year,value,basis,provisional,yearly_change,share_pct,rank,reported",
        "rd-intensity,研究与试验发展经费投入强度,%,2019,1.50,rebased,true,,,1,1",
        "registered-results,登记科技成果,项,2018,300,,false,,,1,1",
        "registered-results,登记科技成果,项,2019,412,,false,112,41.2,1,3",
    ]


def test_what_waits_for_approval_is_counted_for_those_signed_in_alone(
    client: Client, browse: Browse, desk: Desk
) -> None:
    desk.in_state("submitted", target=RESULTS, year=2019, value="412", area=HARBIN)
    address = f"/cities/{HARBIN}/"
    assert "登记科技成果（2019 年）" not in text(client, address)
    assert client.get(f"{address}?view=reported")["Location"].startswith("/accounts/login/?next=")
    official = browse(OFFICIAL)
    assert "登记科技成果（2019 年）" not in text(official, address)
    page = text(official, f"{address}?view=reported")
    assert "登记科技成果（2019 年）：哈尔滨市居第 1 位，为 412 项" in page
    assert '<span class="tag">待审核</span>' in page
    assert 'href="/cities/230200/?view=reported"' in page
    # Among the figures that the day knew, none was waiting.
    assert "还没有已报送的数据" in text(client, f"{address}?known_by=2020-12-31")


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/cities/999999/", 404, "没有"),
        (f"/cities/{HARBIN}/?as_of_year=2015", 400, "“2015”不能用作 as_of_year"),
        (f"/cities/{HARBIN}/?view=draft", 400, "“draft”不能用作 view"),
        (f"/cities/{HARBIN}/?format=xml", 400, "“xml”不能用作 format，可用：csv。"),
        ("/cities/?target=none", 400, "没有代码为“none”的指标。"),
        ("/cities/?year=2014", 400, "“2014”不能用作 year，可用 2015 至 2020。"),
        ("/cities/?year=x", 400, "“x”不能用作 year"),
        ("/cities/compare/", 400, "请选 2 至 4 个市（地）来比较，这里选了 0 个。"),
        (f"/cities/compare/?city={HARBIN}&city={HARBIN}", 400, "这里选了 1 个"),
        ("/cities/compare/?city=230100&city=230200&city=230300&city=230400&city=230500", 400, "这里选了 5 个"),
        (f"/cities/compare/?city={HARBIN}&city=110000", 400, "没有代码为“110000”的市（地）。"),
    ],
)
def test_what_cannot_be_answered_is_a_page_in_words(
    seeded: Plan, client: Client, address: str, status: int, words: str
) -> None:
    response = client.get(address)
    assert response.status_code == status
    assert words in response.content.decode()


def test_reported_and_a_day_cannot_be_asked_together(browse: Browse) -> None:
    response = browse(OFFICIAL).get(f"/cities/{HARBIN}/?view=reported&known_by=2020-12-31")
    assert response.status_code == 400


@pytest.mark.usefixtures("reported")
def test_the_list_ranks_a_target_of_a_year(client: Client) -> None:
    page = text(client, f"/cities/?target={RESULTS}&year=2019")
    ranking = page[page.index('id="ranking"') : page.index('id="cities"')]
    assert [ranking.index(name) for name in ("哈尔滨市</a>", "齐齐哈尔市</a>", "鸡西市</a>")] == sorted(
        ranking.index(name) for name in ("哈尔滨市</a>", "齐齐哈尔市</a>", "鸡西市</a>")
    )
    assert ranking.count('class="rank-bar"') == 3
    assert 'width="100.0"' in ranking
    assert "41.2%" in ranking
    assert "还没有市（地）报送" in text(client, f"/cities/?target={RESULTS}&year=2016")
    # Without a choice: the target that most is known of, in its latest year.
    assert f'<option value="{RESULTS}" selected>' in text(client, "/cities/")


def test_an_officials_own_prefecture_is_in_front(client: Client, browse: Browse, desk: Desk) -> None:
    def order(page: str) -> list[int]:
        return [page.index(f'value="{code}" aria-label') for code in ("230100", "230200")]

    User.objects.filter(username=OFFICIAL).update(city=City.objects.get(code=QIQIHAR))
    official = browse(OFFICIAL)
    for page, own_first in ((text(client, "/cities/"), False), (text(official, "/cities/"), True)):
        first, second = order(page)
        assert (second < first, "本市（地）" in page) == (own_first, own_first)
    dashboard = text(official, "/dashboard/?as_of_year=2020")
    assert dashboard.index("第 2 位（共 2 个报送）") < dashboard.index('class="stats"')
    assert 'href="/cities/230200/"' in dashboard
    assert "4.9%" in dashboard


@pytest.mark.usefixtures("reported")
def test_prefectures_side_by_side(client: Client) -> None:
    page = text(client, f"/cities/compare/?city={QIQIHAR}&city={HARBIN}&city={QIQIHAR}")
    assert "比较：齐齐哈尔市、哈尔滨市" in page
    assert "13 项指标中，2 项所选市（地）都有同一年的数据，1 项只有一部分有。" in page
    assert "占全省 41.2% · 第 1 位（共 3 个） · 较上年 +112" in page
    assert page.count("lines__line--1") >= 2
    assert f'href="?city={QIQIHAR}&amp;city={HARBIN}&amp;city={QIQIHAR}&amp;as_of_year=2018"' in page
    assert "每万人口发明专利拥有量</a>" in page[page.index('id="without"') :]
    earlier = text(client, f"/cities/compare/?city={QIQIHAR}&city={HARBIN}&as_of_year=2018")
    assert "13 项指标中，0 项所选市（地）都有同一年的数据，1 项只有一部分有。" in earlier
    assert "所选市（地）都还没有数据" in text(client, "/cities/compare/?city=230400&city=230500")


def test_the_tasks_of_a_prefecture_are_told_to_those_signed_in(client: Client, browse: Browse, seeded: Plan) -> None:
    Target.objects.filter(code=FIRMS).update(asks_cities=True)
    services.round_open(by=User.objects.get(username="demo-admin"), plan=seeded, year=2020)
    page = text(browse(STAFF), "/cities/230300/")
    assert "要求报送的 1 项任务中，0 项已报送" in page
    assert "尚未报送（责任单位：省科技厅）" in page
    assert "项任务中" not in text(client, "/cities/230300/")
    assert "要求报送的 1 项任务中，1 项已报送" in text(browse(STAFF), f"/cities/{HARBIN}/")


def test_pages_stay_cheap_however_much_was_reported(client: Client, desk: Desk, seeded: Plan) -> None:
    addresses = ("/cities/", f"/cities/{HARBIN}/", f"/cities/compare/?city={HARBIN}&city={QIQIHAR}")

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            text(client, address)
        return len(captured)

    before = [queries(address) for address in addresses]
    for area in (HARBIN, QIQIHAR, JIXI):
        desk.in_state("approved", target=RESULTS, year=2019, value="12", area=area)
    assert [queries(address) for address in addresses] == before
    assert max(before) <= 6
