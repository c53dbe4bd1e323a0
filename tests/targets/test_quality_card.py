"""The quality card of a figure: what each state, standing and cause says of it, to whom, and what stays unsaid."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from planportal.accounts.models import User
from planportal.audit.sealing import seal_history
from planportal.plan.models import Plan
from planportal.web.writing import written_day
from targets import recompute, services
from targets.evidence import EvidenceChange, Link
from targets.figure_rules import Content
from targets.models import Cause, Figure, Target
from tests.history import rewriting
from tests.targets.desk import (
    ADMIN,
    AUDITOR,
    EVERYBODY,
    NOBODY,
    OFFICIAL,
    OTHER,
    REVIEWER,
    SECOND_REVIEWER,
    STAFF,
    Desk,
)
from tests.targets.pieces import PDF, upload

CODE = "registered-results"
AsPerson = Callable[[str], Client]
# Who sees a figure of 省科技厅 in a state before it is approved.
READERS = {
    "draft": {STAFF, AUDITOR},
    "submitted": {STAFF, REVIEWER, AUDITOR},
    "returned": {STAFF, REVIEWER, AUDITOR},
    "withdrawn": {STAFF, AUDITOR},
    "approved": set(EVERYBODY),
}


def address(figure: Figure | dict[str, Any]) -> str:
    pk, target = (figure["id"], figure["target"]) if isinstance(figure, dict) else (figure.pk, figure.target.code)
    return f"/targets/{target}/figures/{pk}/"


def text(client: Client, where: str) -> str:
    """A page's words, one space between them."""
    response = client.get(where)
    assert response.status_code == 200
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def facts(client: Client, where: str, part: str) -> dict[str, str]:
    """The rows of a part of the card."""
    page = client.get(where).content.decode().partition(f'id="{part}"')[2].partition("</dl>")[0]
    rows = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page, re.DOTALL)
    return {re.sub(r"<[^>]+>", "", label): re.sub(r"<[^>]+>", " ", told).strip() for label, told in rows}


def loaded(code: str, year: int, *, basis: str = "", city: str | None = None) -> Figure:
    """A published figure; of the province without a city's code."""
    figures = Figure.objects.select_related("target")
    return figures.get(target__code=code, year=year, basis=basis, city__code=city)


@pytest.fixture
def today() -> str:
    return written_day(timezone.localdate())


@pytest.mark.parametrize(("state", "readers"), READERS.items())
def test_who_sees_a_figure_sees_its_card_and_nobody_else_learns_of_it(
    as_person: AsPerson, desk: Desk, state: str, readers: set[str]
) -> None:
    figure = desk.in_state(state, note="核对过台账")
    for who in EVERYBODY:
        response = as_person(who).get(address(figure))
        assert response.status_code == (200 if who in readers else 404), who
        page = response.content.decode()
        assert ("核对过台账" in page) == (who in readers)
        assert ("没有公开，请勿外传" in page) == (who in readers and state != "approved")
        assert ("经办记录（不公开）" in page) == (who in {STAFF, REVIEWER, AUDITOR} and who in readers)


def test_an_address_of_another_target_or_of_nothing_is_404(client: Client, seeded: Plan) -> None:
    figure = loaded("technology-contract-value", 2020)
    for where in (
        f"incubators/figures/{figure.pk}",
        f"none/figures/{figure.pk}",
        "incubators/figures/999999999999999999999999999999",
    ):
        assert client.get(f"/targets/{where}/").status_code == 404
    assert client.post(address(figure)).status_code == 405


def test_an_entered_figure_names_department_and_days_and_no_person(
    as_person: AsPerson, desk: Desk, people: dict[str, User], today: str
) -> None:
    for who in (STAFF, REVIEWER):
        User.objects.filter(pk=people[who].pk).update(last_name=f"某{who}", first_name="同志")
    figure = desk.in_state("submitted", source="内部统计", cause="")
    figure = desk.done(REVIEWER, figure, "return", reason="请核对口径，疑似漏报")
    figure = desk.done(REVIEWER, desk.done(STAFF, figure, "submit"), "approve")
    where = address(figure)
    assert facts(as_person(NOBODY), where, "verification") == {
        "填报": f"省科技厅，{today}",
        "报送": today,
        "审核通过": today,
        "四眼原则": "填报与审核由不同的人办理，填报人不能审核自己经手的数据。",
        "计入日期": f"{today}（审核通过之日）",
    }
    for who in (NOBODY, OFFICIAL, OTHER, ADMIN):
        page = text(as_person(who), where)
        assert "2018 年全省为 929 项：责任单位在本站填报，正式数；现行有效。" in page
        for secret in (f"某{STAFF}", f"某{REVIEWER}", STAFF, "疑似漏报", "经办记录（不公开）", "佐证材料（不公开）"):
            assert secret not in page
    page = text(as_person(AUDITOR), where)
    assert "退回" in page
    assert "疑似漏报" in page
    assert page.count("回执") == 5


def test_two_levels_of_review_are_both_told(
    as_person: AsPerson, desk: Desk, client: Client, second_reviewer: User, today: str
) -> None:
    Target.objects.filter(code=CODE).update(second_review=True)
    figure = desk.done(REVIEWER, desk.in_state("submitted"), "approve")
    assert facts(as_person(STAFF), address(figure), "verification")["复审通过"] == "尚未通过"
    desk.done(SECOND_REVIEWER, figure, "approve")
    recompute.sweep()
    said = facts(client, address(figure), "verification")
    assert (said["初审通过"], said["复审通过"]) == (today, today)
    assert said["四眼原则"].startswith("填报、初审、复审由不同的人办理")
    assert "填报后经两人两级审核" in text(client, f"/targets/{CODE}/?as_of_year=2018")


@pytest.mark.parametrize(
    ("code", "year", "standing", "source"),
    [
        ("technology-contract-value", 2020, "公开发布：取自公开发布的统计或报道。", "中国科技统计年鉴2022"),
        ("invention-patents-per-10k", 2018, "推算：由公开数据推算，不是来源直接公布的数。", "上年末常住人口"),
        ("new-tech-firms", 2020, "参考数据：口径与规划不同的参考数据，不参与评估。", "2021年全省科技工作会议报道"),
    ],
)
def test_a_published_figure_tells_its_standing_and_source(
    client: Client, seeded: Plan, code: str, year: int, standing: str, source: str
) -> None:
    where = address(loaded(code, year))
    assert facts(client, where, "grade")["性质"] == standing
    assert source in facts(client, where, "source")["出处"]
    assert (
        facts(client, where, "verification")["核验方式"]
        == "取自公开来源，连同出处一并载入；没有经过本站的填报与审核。"
    )


def test_limits_are_told_as_far_as_they_are_known(client: Client, seeded: Plan) -> None:
    patents = facts(client, address(loaded("invention-patents-per-10k", 2018)), "limits")
    assert patents["推算方法"] == "有效发明专利 22252 件 ÷ 上年末常住人口 3789 万人"
    assert patents["截至 2018 年的评估"] == "没有口径中断、替代基期或缺报的情况。"
    intensity = loaded("rd-intensity", 2018, basis="rebased")
    assert facts(client, address(intensity), "grade")["口径"] == ("普查修订口径。另有：首次公布口径，两种口径不混用。")
    first = loaded("rd-intensity", 2018, basis="first")
    assert "同一年另有首次公布口径的数： 0.83 %" in text(client, address(intensity))
    assert f'href="{address(first)}"' in client.get(address(intensity)).content.decode()
    gist = text(client, "/targets/rd-intensity/?as_of_year=2018")
    assert "没有修订过（本口径）；另有首次公布口径的数" in gist
    contracts = address(loaded("technology-contract-value", 2010))
    assert facts(client, contracts, "limits")["评估"] == "规划期以前的数，只作背景，不参与评估。"
    assert "来源只注明发布年份，按当年最后一天计" in facts(client, contracts, "verification")["计入日期"]
    harbin = address(loaded("high-tech-enterprises", 2020, city="230100"))
    assert facts(client, harbin, "limits")["评估"] == "规划没有给市（地）下达目标，这个数只列出，不作评估。"


def test_what_nobody_explained_is_said_to_be_unexplained(client: Client, desk: Desk) -> None:
    figure = desk.in_state("approved", target="innovation-teams", year=2018, value="12", provisional=True)
    recompute.sweep()
    limits = facts(client, address(figure), "limits")
    assert limits["数据备注"] == "没有说明"
    assert limits["当年新增"] == "这是当年新增的数；评估用规划期以来各年之和。"
    assert limits["截至 2018 年的评估"] == (
        "累计数缺少部分年份，缺的年份既不当作 0，也不作猜测。用到初步数，结论可能随正式数据变化。"
    )
    assert facts(client, address(figure), "source") == {"出处": "没有说明", "来源发布": "没有说明"}
    assert facts(client, address(figure), "grade")["初步或正式"] == "初步数，正式数公布后可能更正。"


def test_a_chain_of_corrections_is_linked_both_ways(client: Client, desk: Desk) -> None:
    first = desk.in_state("approved", value="900")
    later = [
        desk.in_state("approved", value=value, cause=cause, reason=f"原因{cause}")
        for value, cause in zip(("910", "920", "930", "940"), Cause.values, strict=True)
    ]
    recompute.sweep()
    assert "2018 年全省为 900 项：责任单位在本站填报，正式数；已被替代，只供查考。" in text(client, address(first))
    page = client.get(address(first)).content.decode()
    assert f'现行的是：<a href="{address(later[-1])}">940 项' in page
    # A figure that was replaced is cited as such, and today's assessment is no limit of it.
    cited = text(client, address(first)).partition("怎样引用")[2]
    assert "2018 年（全省），900 项（已被替代）。" in cited
    assert "（已被替代）" not in text(client, address(later[-1]))
    assessed = "截至 2018 年的评估"
    assert [assessed in facts(client, address(each), "limits") for each in (first, *later)] == [False] * 4 + [True]
    table = page.partition('id="revisions"')[2].partition("</table>")[0]
    rows = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in table.split("<tr")[2:]]
    day = written_day(timezone.localdate())
    assert rows[0].endswith(f"{day} — 900 项 首次计入 本条")
    assert [row.partition(day)[2].split(" 号")[0] for row in rows[1:]] == [
        f" {old} 项 {new} 项 {Cause(cause).label} 原因{cause} {figure['id']}"
        for old, new, cause, figure in zip(
            ("900", "910", "920", "930"), ("910", "920", "930", "940"), Cause.values, later, strict=True
        )
    ]
    assert rows[-1].endswith("现行")
    assert [address(figure) in table for figure in (first, *later)] == [False, True, True, True, True]
    assert "修订过 4 次" in text(client, f"/targets/{CODE}/?as_of_year=2018")


def test_a_figure_taken_back_says_so_and_why(client: Client, desk: Desk) -> None:
    first = desk.in_state("approved")
    taken_back = desk.in_state("approved", value=None, reason="统计范围有误。", cause="error")
    assert "2018 年全省数据的撤回：统计范围有误。撤回生效，这一年没有数据。" in text(client, address(taken_back))
    assert "现行的是一条撤回： 已撤回" in text(client, address(first))
    recompute.sweep()
    assert 'aria-labelledby="quality"' not in client.get(f"/targets/{CODE}/?as_of_year=2018").content.decode()


def test_a_warning_is_told_with_the_reason_it_was_passed_for(client: Client, desk: Desk) -> None:
    figure = desk.in_state("approved", value="1850", reason="统计范围扩大")
    with rewriting():
        Figure.objects.filter(pk=figure["id"]).update(warnings=[{"code": "jump", "message": "比上年增长 9 倍。"}])
    recompute.sweep()
    assert "填报时的提示：比上年增长 9 倍；说明：统计范围扩大。" in text(client, address(figure))
    assert "有，已说明理由" in text(client, f"/targets/{CODE}/?as_of_year=2018")


def test_evidence_is_only_for_those_entrusted(
    as_person: AsPerson, people: dict[str, User], target: Callable[[str], Target]
) -> None:
    figure = services.figure_draft(
        by=people[STAFF],
        target=target(CODE),
        city=None,
        year=2018,
        content=Content(value="929"),
        evidence=EvidenceChange(
            files=[upload("台账.pdf", PDF)], links=[Link(title="公告", address="https://kjt.hlj.gov.cn/a")]
        ),
    )
    services.figure_submit(by=people[STAFF], figure=figure, if_version=1)
    services.figure_approve(by=people[REVIEWER], figure=figure, if_version=2)
    sha256 = figure.evidence.get(name="台账.pdf").sha256
    for who in EVERYBODY:
        page = as_person(who).get(address(figure)).content.decode()
        is_entrusted = who in {STAFF, REVIEWER, AUDITOR}
        assert ("台账.pdf" in page, sha256 in page, "https://kjt.hlj.gov.cn/a" in page) == (is_entrusted,) * 3, who
        assert ("佐证材料和经办记录不公开" in page) != is_entrusted


def test_it_is_cited_downloaded_and_sealed(client: Client, seeded: Plan, today: str) -> None:
    figure = loaded("technology-contract-value", 2020)
    assert "尚未封存" in text(client, address(figure))
    [seal, *_more] = seal_history()
    page = client.get(address(figure))
    shown = page.content.decode()
    assert (
        "：技术合同成交额，2020 年（全省），265.20 亿元。来源：中国科技统计年鉴2022 表8-37 "
        "技术市场技术输出地域（合同金额）（国家统计局/科技部）。"
        f"数据 {figure.pk} 号，2021年12月31日起计入；{today}查阅，http://testserver{address(figure)}"
    ) in shown
    assert f"第 {seal.number} 号" in shown
    assert seal.digest in shown
    assert 'href="/api/v1/targets/technology-contract-value/figures/?format=csv"' in shown
    assert client.get(f"/api/v1/figures/{figure.pk}/").json()["value"] == "265.20"
    assert f'href="/api/v1/figures/{figure.pk}/"' in shown
    assert page["Data-As-Of"].endswith("+08:00")


def test_every_row_of_the_target_page_leads_to_its_card(as_person: AsPerson, desk: Desk) -> None:
    page = as_person(NOBODY).get("/targets/high-tech-enterprises/").content.decode()
    for figure in Figure.objects.filter(target__code="high-tech-enterprises").select_related("target"):
        assert f'href="{address(figure)}"' in page
    waiting = desk.in_state("submitted")
    recompute.sweep()
    for who in (OFFICIAL, STAFF, REVIEWER, AUDITOR):
        page = as_person(who).get(f"/targets/{CODE}/?view=reported&as_of_year=2018").content.decode()
        assert "929" in page
        assert "已报送，待审核" in page
        assert (f'href="{address(waiting)}"' in page) == (who != OFFICIAL)


def test_queries_do_not_grow_with_the_chain(client: Client, desk: Desk) -> None:
    first = desk.in_state("approved", value="900")

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address(first)).status_code == 200
        return len(seen)

    desk.in_state("approved", value="901", reason="更正")
    before = queries()
    for value in ("902", "903"):
        desk.in_state("approved", value=value, reason="更正")
    assert queries() == before
