"""The plan held against the portal: nothing is missing, everything has its place; what is not so is named."""

import re
from datetime import date

import pytest
from django.test import Client

from alliances.models import Alliance
from fields.models import CarryingInstitution, Direction, InstitutionMention, NationalProject, PriorityField
from planportal.plan.models import Goal, Plan
from planportal.plan.official_text import text_load
from planportal.portal.plan_coverage import read_coverage
from planportal.portal.plan_places import items_of
from platforms.models import Platform
from targets.models import Target
from tests.plan.test_parse_plan_command import PLAN_SOURCE
from tests.targets.test_second_plan import second  # noqa: F401

PRINTED = [5, 13, 8, 8, None, 13, 362, 7, 51, 5]


def said(client: Client) -> str:
    response = client.get("/plan/coverage/")
    assert response.status_code == 200
    return re.sub(r"\s*<[^>]+>\s*", "", response.content.decode())


def faults(plan: Plan) -> list[str]:
    return [f"{fault.kind} {fault.name}：{fault.what}" for fault in read_coverage(plan).faults]


def test_everything_of_the_plan_is_held_with_part_line_and_clause(client: Client, seeded: Plan) -> None:
    coverage = read_coverage(seeded)
    assert faults(seeded) == []
    assert [count.printed for count in coverage.counts] == PRINTED
    assert all(count.is_whole and count.placed == count.held and count.verbatim is None for count in coverage.counts)
    places = [item.place for item in items_of(seeded)]
    assert all(place.part and place.line and place.clause and place.reference for place in places)
    page = said(client)
    assert "规划所载 13 项指标、8 个领域、362 个研发方向、51 个联盟、7 个平台，本站全部收录，每一项都有出处。" in page
    assert "本站没有载入原文，条款未逐字核对。" in page
    assert "研发方向1–362，连续362362362/362未核对" in page
    assert "第 355 项和第 362 项的文字完全相同" in page


def test_with_the_text_each_clause_is_looked_up_in_its_line(client: Client, sample_plan: Plan, text: bytes) -> None:
    text_load(plan=sample_plan, source=text)
    assert faults(sample_plan) == []
    assert all(count.verbatim == count.held for count in read_coverage(sample_plan).counts)
    assert "处条款与原文逐字一致。" in said(client)
    assert "联盟1–51，连续515151/5151/51" in said(client)
    Target.objects.filter(code="incubators").update(clause="科技企业孵化器数量达到56家")
    Direction.objects.filter(number=7).update(name="测试方向")
    Goal.objects.filter(number=4).update(title="目标子")
    named = faults(sample_plan)
    assert [one.partition("：")[0] for one in named] == [
        "目标群 4 目标子",
        "目标指标 7 科技企业孵化器",
        "研发方向 7 测试方向",
    ]
    assert "没有“科技企业孵化器数量达到56家”" in named[1]
    assert named[0].endswith("行没有“目标子”")


def test_what_is_missing_or_too_many_is_named(client: Client, seeded: Plan) -> None:
    Direction.objects.filter(number__in=(130, 362)).delete()
    Alliance.objects.filter(number=3).update(level="provincial")
    NationalProject.objects.filter(field__code="high-end-equipment", position=1).delete()
    NationalProject.objects.filter(field__code="livelihood-technology").delete()
    Platform.objects.create(plan=seeded, number=8, name="科技金融平台", part="annex-2", line=650)
    assert faults(seeded) == [
        "对接的国家项目 高端装备 1：本站没有这一项",
        "对接的国家项目 对接的国家项目：规划所载 8 个，本站 6 个",
        "研发方向 130：本站没有这一项",
        "研发方向 362：本站没有这一项",
        "平台 8 科技金融平台：规划所载只有 7 个",
        "联盟 3 乳业产业技术创新战略联盟（国家）：级别与名称后所注的不同",
    ]
    page = said(client)
    assert "与规划对照，有 6 处不符，逐项列在下面。" in page
    assert "研发方向不符1–361，有缺号362360360/360未核对" in page


def test_a_place_that_is_lost_or_wrong_is_named(client: Client, seeded: Plan) -> None:
    Direction.objects.filter(number=1).update(line=None)
    Direction.objects.filter(number=2).update(part="")
    Direction.objects.filter(number=3).update(line=61)
    Target.objects.filter(code="incubators").update(clause="")
    Target.objects.filter(code="rd-intensity").update(line=41)
    PriorityField.objects.filter(code="new-energy").update(part="chapter-9")
    InstitutionMention.objects.filter(institution__number=1).update(section="第三章 三")
    whats = [fault.what for fault in read_coverage(seeded).faults]
    assert whats == [
        "第 41 行在“第二章 一”，写作“第二章 三”",
        "没有条款文字",
        "目录里没有“chapter-9”这一部分",
        "第 95 行在“第三章 二”，写作“第三章 三”",
        "没有写明在规划的哪一部分、哪一行",
        "没有写明在规划的哪一部分、哪一行",
        "第 61 行不在附件1",
    ]
    assert all(what in said(client) for what in whats)


def test_a_plan_that_nobody_counted_is_held_against_itself(client: Client, seeded: Plan) -> None:
    Plan.objects.update(code="other-plan")
    coverage = read_coverage(Plan.objects.get())
    assert {count.printed for count in coverage.counts} == {None}
    assert coverage.faults == []
    assert "项内容都有出处。" in coverage.verdict


@pytest.mark.usefixtures("second")
def test_where_nothing_is_compared_nothing_is_said_to_differ(client: Client) -> None:
    coverage = read_coverage(Plan.objects.get(code="next-plan"))
    unplaced = sum(count.held - count.placed for count in coverage.counts)
    assert coverage.verdict == f"本站收录的内容里，有 {unplaced} 项没有写明出处，逐项列在下面。"
    page = client.get("/p/next-plan/plan/coverage/").content.decode()
    assert ("不符" in page, "SHA-256" in page) == (False, False)


def test_each_clause_of_a_role_is_looked_up(sample_plan: Plan, text: bytes) -> None:
    text_load(plan=sample_plan, source=text)
    carrier = CarryingInstitution.objects.get(role="发挥优势、依托")
    carrier.clauses = [carrier.clauses[0], "依托寅大学"]
    carrier.save()
    assert [one for one in faults(sample_plan) if one.endswith("行没有“依托寅大学”")] == faults(sample_plan) != []


def test_an_empty_plan_says_so(seeded: Plan) -> None:
    plan = Plan(code="x", title="x", start_year=2016, end_year=2020, issued_on=date.max, loaded_at=seeded.loaded_at)
    plan.save()
    assert read_coverage(plan).verdict == "本站还没有收录这个规划的内容。"


if PLAN_SOURCE.is_file():

    def test_the_official_text_has_every_clause_in_its_line(seeded: Plan) -> None:
        text_load(plan=seeded, source=PLAN_SOURCE.read_bytes())
        assert faults(seeded) == []
        assert {count.verbatim == count.held for count in read_coverage(seeded).counts} == {True}
