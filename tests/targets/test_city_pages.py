"""Pages of the prefectures: their finding, figures, places and sums; every number is the API's."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import urlencode

from planportal.accounts.models import City, User
from planportal.plan.models import Plan
from planportal.reporting import services
from planportal.web.writing import written_change, written_figure, written_percent
from targets.models import Figure, Target
from tests.reading import links, table
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
    assert "没有指标要求分市（地）报送。未要求而有数据的有 3 项。2015 至 2020 年共 4 个年度数。" in page
    assert "登记科技成果（2019 年）：哈尔滨市、齐齐哈尔市居第 1 位，为 412 项；13 个市（地）中 3 个已报送。" in page
    assert "3 个市（地）合计至少 824 项，还缺 10 个，不计差额。全省 1,000 项。" in page
    assert "尚未报送的 10 个：</span>鹤岗市、双鸭山市、" in page
    assert "比率类指标，各市（地）数值不相加、不平均。" in page
    assert page.count("未要求分市（地）报送") == 10
    assert "普查修订口径" in page
    assert "初步数" in page
    assert f'href="/api/v1/cities/{HARBIN}/?as_of_year=2020"' in page
    # The API has no other view: beside one it would lead to other numbers.
    assert "/api/v1/cities/" not in text(client, f"/cities/{HARBIN}/?known_by=2021-12-31").split("site-footer")[0]
    assert 'rel="prev">上一个：大兴安岭地区</a>' in page
    assert 'rel="next">下一个：齐齐哈尔市</a>' in page
    assert "style=" not in page


def written_row(row: dict[str, Any], target: Target) -> list[str]:
    """What a page has to show of a target that the API answers: year, value, change, share and rank."""
    share = written_percent(row["share_pct"]) if target.additive else "比率，不计"
    value, change = (row["value"], target.decimals), (row["yearly_change"], target.decimals)
    return [str(row["year"]), written_figure(*value), written_change(*change), share, str(row["rank"])]


def shown_rows(page: Any, after: str) -> dict[str, list[str]]:
    """The same as a page's table of a prefecture's latest figures shows it, by the target's code."""
    found: dict[str, list[str]] = {}
    for row in table(page, after):
        _name, year, value, change, _province, share, rank = row.cells
        code = row.addresses[0].split("/")[2]
        assert re.fullmatch(rf"/targets/{code}/figures/\d+/", row.addresses[1])
        found[code] = [year, value, change, share, re.findall(r"第 (\d+) 位", rank)[0]]
    return found


def answered(client: Client, code: str, seeded: Plan, **asked: Any) -> dict[str, dict[str, Any]]:
    """The targets of a prefecture that the API has a figure for, by code."""
    rows = client.get(f"{ROOT}cities/{code}/", asked).json()["targets"]
    return {row["code"]: row for row in rows if row["year"]}


@pytest.mark.usefixtures("reported")
@pytest.mark.parametrize("year", [2020, 2019, 2018, 2016])
def test_every_number_is_the_apis(client: Client, browse: Browse, seeded: Plan, year: int) -> None:
    answer = answered(client, HARBIN, seeded, as_of_year=year)
    targets = {target.code: target for target in seeded.targets.all()}
    expected = {code: written_row(row, targets[code]) for code, row in answer.items()}
    assert len(expected) == {2020: 3, 2019: 2, 2018: 1, 2016: 0}[year]
    page = client.get(f"/cities/{HARBIN}/?as_of_year={year}")
    own = browse(OFFICIAL).get(f"/dashboard/?as_of_year={year}")
    empty = "还没有可显示的数据"
    if expected:
        assert shown_rows(page, 'id="latest"') == expected
        assert shown_rows(own, 'id="own"') == expected
    for shown in (page, own):
        assert (empty in shown.content.decode()) == (not expected)
    # The card that a value leads to has the value.
    for row in table(page, 'id="latest"') if expected else []:
        assert row.cells[2] in text(client, row.addresses[1])


@pytest.mark.usefixtures("reported")
def test_ranking_and_comparison_have_the_numbers_of_the_api(client: Client, seeded: Plan) -> None:
    target = Target.objects.get(plan=seeded, code=RESULTS)
    answers = {
        city.name: written_row(row, target)
        for city in City.objects.all()
        if (row := answered(client, city.code, seeded, as_of_year=2019).get(RESULTS))
    }
    ranking = [row.cells for row in table(client.get(f"/cities/?target={RESULTS}&year=2019"), 'id="ranking"')]
    assert [cells[1] for cells in ranking] == ["哈尔滨市", "齐齐哈尔市", "鸡西市"]
    assert {cells[1]: ["2019", cells[3], cells[5], cells[4], cells[0]] for cells in ranking} == answers
    compared = client.get(f"/cities/compare/?city={JIXI}&city={HARBIN}&as_of_year=2019")
    row = next(row for row in table(compared, 'id="side-by-side"') if f"/targets/{RESULTS}/" in row.addresses[0])
    assert row.cells[0:2] == ["登记科技成果 项", "2019"]
    assert row.cells[4] == "1,000"
    for cell, name in ((row.cells[2], "鸡西市"), (row.cells[3], "哈尔滨市")):
        _year, value, change, share, rank = answers[name]
        words = f"{value} 占全省 {share} · 第 {rank} 位（共 3 个）"
        assert cell == (words if name == "鸡西市" else f"{words} · 较上年 {change}")


@pytest.fixture
def two_bases(desk: Desk) -> None:
    """Two prefectures on the province's basis of today, one on the earlier one."""
    for area, basis, values in (
        (HARBIN, "rebased", {2018: "1.40", 2019: "1.50"}),
        (QIQIHAR, "rebased", {2019: "0.90"}),
        (JIXI, "first", {2018: "3.00", 2019: "9.00"}),
    ):
        for year, value in values.items():
            desk.in_state("approved", target=INTENSITY, year=year, value=value, area=area, basis=basis)


@pytest.mark.usefixtures("two_bases")
def test_figures_on_two_bases_are_counted_and_never_mixed(client: Client) -> None:
    page = text(client, f"/cities/?target={INTENSITY}&year=2019")
    assert "同口径的 2 个市（地）中哈尔滨市居第 1 位，为 1.50%；13 个市（地）中 3 个已报送。" in page
    assert "口径不同、不参与排序：</span>鸡西市。" in page
    response = client.get(f"/cities/compare/?city={HARBIN}&city={JIXI}")
    row = next(row for row in table(response, 'id="side-by-side"') if f"/targets/{INTENSITY}/" in row.addresses[0])
    assert row.cells[2] == "1.50 普查修订口径 第 1 位（同口径共 2 个） · 较上年 +0.10"
    assert row.cells[3] == "9.00 首次公布口径 口径不同，不比位次 · 较上年 +6.00"
    html = response.content.decode()
    chart = html[html.index("（%）</figcaption>") :].split("</figure>")[0]
    assert "口径不同、不画走势：</span>鸡西市（首次公布口径）。" in chart
    drawing = chart.split("</svg>")[0]
    assert (drawing.count("lines__line--1"), drawing.count("lines__line--2")) == (1, 0)
    assert "鸡西市" not in drawing
    assert "lines__line--2" not in chart
    # The axis is that of the one line drawn: nowhere near the 9.00 of another basis.
    assert max(map(float, re.findall(r'text-anchor="end">([\d.]+)<', drawing))) < 2
    lines = table(response, "（%）</figcaption>")
    assert [row.cells[4:6] for row in lines] == [
        ["1.40普查修订口径", "1.50普查修订口径"],
        ["3.00首次公布口径", "9.00首次公布口径"],
    ]
    assert "居第 1 位（同口径报送的共 2 个市（地））" not in text(client, f"/cities/{JIXI}/")


@pytest.mark.usefixtures("reported")
def test_its_figures_are_a_download(client: Client) -> None:
    response = client.get(f"/cities/{HARBIN}/?format=csv&as_of_year=2019")
    name = f"city-230100-2019-approved-{timezone.localdate().isoformat()}.csv"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Data-Pending"] == "false"
    assert csv_lines(response) == [
        "target,name,unit,year,value,basis,provisional,revised,state,yearly_change,province,share_pct,rank,reported",
        "rd-intensity,研究与试验发展经费投入强度,%,2019,1.50,rebased,true,false,approved,,1.08,,1,1",
        "registered-results,登记科技成果,项,2018,300,,false,false,approved,,,,1,1",
        "registered-results,登记科技成果,项,2019,412,,false,false,approved,112,1000,41.2,1,3",
    ]
    as_known = client.get(f"/cities/{HARBIN}/?format=csv&known_by=2021-12-31")
    assert 'filename="city-230100-2020-approved-2021-12-31.csv"' in as_known["Content-Disposition"]


def csv_lines(response: Any) -> list[str]:
    return list(b"".join(response.streaming_content).decode("utf-8-sig").splitlines())


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
    assert "固定链接" not in page
    assert "/api/v1/cities/" not in page.split("site-footer")[0]
    # Who may not see it unapproved is shown the value, and led to no card of it.
    waiting = Figure.objects.get(target__code=RESULTS, city__code=HARBIN)
    assert f"/figures/{waiting.pk}/" not in page
    assert f'href="/targets/{RESULTS}/figures/{waiting.pk}/"' in text(browse(STAFF), f"{address}?view=reported")
    table_of_all = official.get(f"{address}?view=reported&format=csv")
    assert "-2020-reported-" in table_of_all["Content-Disposition"]
    assert [line.split(",")[8] for line in csv_lines(table_of_all)] == ["state", "submitted", "approved"]
    compared = text(official, f"/cities/compare/?city={HARBIN}&city={QIQIHAR}&view=reported")
    assert compared.count('<span class="tag">待审核</span>') == 2
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
        (f"/cities/{HARBIN}/?state=xyz&as_of_year=2019&known_by=2021-12-31", 400, "“xyz”不能用作 state"),
        (f"/cities/{HARBIN}/?state=0123456789ab", 400, "state 须与 as_of_year 和 known_by 同用"),
        (f"/cities/{HARBIN}/?format=csv&state=0123456789ab", 400, "下载的表没有固定链接，请去掉 state。"),
        ("/cities/compare/?city=230100&city=230200&state=0123456789ab", 400, "并列比较没有固定链接，请去掉 state。"),
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


@pytest.mark.parametrize("chosen", [["230200"], ["230100", "230200", "230300", "230400", "230500"]])
def test_too_few_or_too_many_are_chosen_again_from_the_list(seeded: Plan, client: Client, chosen: list[str]) -> None:
    response = client.get("/cities/compare/", {"city": chosen})
    page = response.content.decode()
    assert response.status_code == 400
    summary = page[page.index('class="error-summary"') :].split("</div>")[0]
    told = f"请选 2 至 4 个市（地）来比较，这里选了 {len(chosen)} 个。"
    assert f'<a href="#compare">{told}</a>' in summary
    assert re.findall(r'name="city" value="(\d+)" checked', page) == chosen
    assert 'action="/cities/" data-autosubmit' in page
    assert " checked" not in text(client, "/cities/")


@pytest.mark.usefixtures("reported")
def test_a_permanent_link_cites_a_prefectures_figures(client: Client, desk: Desk) -> None:
    def cited(**asked: str) -> dict[str, str]:
        return links(client.get(f"/cities/{HARBIN}/", asked), "question")["固定链接（引用此状态）"]

    def said(asked: dict[str, str]) -> str:
        page = text(client, f"/cities/{HARBIN}/?{urlencode(asked)}")
        assert "核对的是本市（地）各年的数值、同口径全省数、占比和位次。" in page
        assert "state=" not in page[page.index('id="latest"') : page.index("site-footer")]
        return re.sub(r"<[^>]+>", "", page)

    today, before = timezone.localdate(), timezone.localdate() - timedelta(days=1)
    earlier, same_day = cited(known_by=before.isoformat()), cited()
    assert list(same_day) == ["as_of_year", "known_by", "state"]
    assert same_day["known_by"] == today.isoformat()
    assert "固定链接：内容与引用时一致，至今没有变化。" in said(same_day)
    superseded = said(earlier)
    assert "固定链接：内容与引用时一致，但已不是最新情况。" in superseded
    now = "登记科技成果：本页 没有数据；现在 2019 年为 412 项，居第 1 位（共 3 个市（地）报送）"
    assert now in superseded
    given = {"target": RESULTS, "year": 2018, "value": "301", "area": HARBIN, "reason": "更正", "cause": "error"}
    desk.in_state("approved", **given)
    assert "固定链接：内容与引用时不一致。" in said(same_day)
    assert "固定链接：内容与引用时一致，至今没有变化。" in said(cited(**same_day))
    assert said(earlier) == superseded


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
    assert "要求分市（地）报送的 1 项指标中，0 项有数据。2015 至" in page
    # Tasks are counted as they are now: a page of another day or view says nothing of them.
    for frozen in ("?known_by=2021-12-31", "?as_of_year=2019", "?view=reported"):
        assert "项任务中" not in text(browse(STAFF), f"/cities/230300/{frozen}")
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
