"""The parser reads the untidy text whole, and a damaged one is one error with its line."""

import datetime
import re
from collections.abc import Callable

import pytest

from planportal.plan.facts import TargetFacts
from planportal.plan.parser import parse_plan
from planportal.plan.text import SourceError, clause_around, normalise

Damage = Callable[[str], str]


def line_of(text: str, words: str) -> int:
    """The number, from 1, of the first line that contains the words."""
    return text.count("\n", 0, text.index(words)) + 1


def without_line(words: str) -> Damage:
    """Lose the first line that contains the words."""

    def damage(text: str) -> str:
        lines = text.split("\n")
        del lines[line_of(text, words) - 1]
        return "\n".join(lines)

    return damage


def with_line_twice(words: str) -> Damage:
    """Print the first line that contains the words twice."""

    def damage(text: str) -> str:
        lines = text.split("\n")
        index = line_of(text, words) - 1
        return "\n".join([*lines[:index], lines[index], *lines[index:]])

    return damage


def replaced(old: str, new: str) -> Damage:
    """Print something else at the first place of `old`."""

    def damage(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return damage


def cut_before(words: str) -> Damage:
    """Lose everything from the words on."""
    return lambda text: text[: text.index(words)]


def without(start: str, end: str) -> Damage:
    """Lose everything from one to the other."""
    return lambda text: text[: text.index(start)] + text[text.index(end) :]


def refused(text: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        parse_plan(text.encode())
    return caught.value


def target(text: str, code: str) -> TargetFacts:
    return next(one for one in parse_plan(text.encode()).targets if one.code == code)


def test_counts_of_a_whole_plan(sample: str) -> None:
    facts = parse_plan(sample.encode())
    counts = [
        len(things)
        for things in (
            facts.goals,
            facts.targets,
            facts.fields,
            facts.directions,
            facts.alliances,
            facts.platforms,
            facts.departments,
        )
    ]
    assert counts == [5, 13, 8, 362, 51, 7, 7]


def test_same_bytes_give_same_facts(sample: str) -> None:
    assert parse_plan(sample.encode()) == parse_plan(sample.encode())


def test_document(sample: str) -> None:
    document = parse_plan(sample.encode()).document
    assert document.title == "黑龙江省“十三五”科技创新规划"
    assert document.issued_on == datetime.date(2017, 6, 12)
    assert (document.start_year, document.end_year) == (2016, 2020)


def test_goals_with_and_without_numbers(sample: str) -> None:
    goals = parse_plan(sample.encode()).goals
    assert [(goal.number, goal.title, goal.qualitative) for goal in goals] == [
        (1, "目标甲", False),
        (2, "目标乙", False),
        (3, "目标丙", False),
        (4, "目标丁", True),
        (5, "目标戊", True),
    ]
    assert {goal.section for goal in goals} == {"第二章 三"}


def test_target_values_are_read_from_the_text(sample: str) -> None:
    values = {one.code: one.target_value for one in parse_plan(sample.encode()).targets}
    assert values == {
        "rd-intensity": "3.0",
        "invention-patents-per-10k": "2.5",
        "registered-results": "700",
        "technology-contract-value": "80",
        "high-tech-value-added-share": "8",
        "high-tech-enterprises": "99",
        "incubators": "55",
        "internet-plus-platforms": "7",
        "new-tech-firms": "500",
        "incubated-firms": "600",
        "innovation-teams": "5",
        "outstanding-young-talents": "10",
        "young-talents": "11",
    }


def test_printed_baselines_are_read_from_chapter_one(sample: str) -> None:
    baselines = {
        one.code: (one.baseline_value, one.baseline_year, one.previous_value, one.previous_year)
        for one in parse_plan(sample.encode()).targets
        if one.baseline_value is not None
    }
    assert baselines == {
        "invention-patents-per-10k": ("1.25", 2015, None, None),
        "high-tech-value-added-share": ("6.6", 2015, "5.5", 2010),
        "high-tech-enterprises": ("44", 2015, "33", 2010),
        "incubators": ("22", 2015, None, None),
    }


def test_target_names_the_lines_that_prove_it(sample: str) -> None:
    enterprises = target(sample, "high-tech-enterprises")
    assert enterprises.line == line_of(sample, "---目标乙")
    assert enterprises.baseline_line == line_of(sample, "高新技术企业总数由")
    assert enterprises.clause == "国家级高新技术企业达到99家"


def test_clause_stays_as_printed_where_its_value_is_normalised(sample: str) -> None:
    intensity = target(sample, "rd-intensity")
    assert intensity.clause == "研究与试验发展经费投入强度达到３.0％"
    assert intensity.target_value == "3.0"
    assert intensity.bases == ("first", "rebased")


def test_context_is_not_a_baseline(sample: str) -> None:
    results = target(sample, "registered-results")
    assert (results.baseline_value, results.context) == (None, "2011—2015 年累计 4321 项")
    platforms = target(sample, "internet-plus-platforms")
    assert (platforms.baseline_value, platforms.submitted_as) == (None, "increment")
    assert "八大科技平台" in platforms.context


def test_field_ranges_follow_the_vertical_names(sample: str) -> None:
    fields = parse_plan(sample.encode()).fields
    assert [(one.code, one.name, one.first, one.last) for one in fields] == [
        ("new-materials", "新材料", 1, 45),
        ("new-energy", "新能源", 46, 90),
        ("biotechnology", "生物", 91, 135),
        ("high-end-equipment", "高端装备", 136, 180),
        ("next-generation-it", "新一代信息技术", 181, 225),
        ("energy-saving-environment", "节能环保", 226, 270),
        ("modern-agriculture", "现代农业", 271, 315),
        ("livelihood-technology", "民生科技", 316, 362),
    ]
    assert (fields[3].section, fields[3].heading) == ("第三章 四", "发展高端装备技术")


def test_national_projects_by_field(sample: str) -> None:
    counts = [len(one.national_projects) for one in parse_plan(sample.encode()).fields]
    assert counts == [0, 0, 0, 3, 3, 1, 0, 1]


def test_institutions_are_pairs_of_field_and_name(sample: str) -> None:
    named = {one.code: one.institutions for one in parse_plan(sample.encode()).fields}
    assert [one.name for one in named["high-end-equipment"]] == [
        "丙（集团）有限公司",
        "丁集团第九研究所",
        "戊集团",
        "己大学",
        "庚大学机器国家重点实验室",
    ]
    assert [(one.name, one.role) for one in named["next-generation-it"]] == [
        ("辛大学", "发挥优势、依托"),
        ("壬股份有限公司", "依托"),
    ]
    assert [one.name for one in named["livelihood-technology"]] == ["癸医科大学", "子中医药大学", "辛大学"]
    assert sum(map(len, named.values())) == 13


def test_each_fact_stands_in_the_line_that_it_names(sample: str) -> None:
    facts = parse_plan(sample.encode())
    lines = sample.split("\n")
    said = [(one.line, one.name) for one in (*facts.directions, *facts.alliances, *facts.platforms)]
    said += [(one.line, one.clause) for one in (*facts.targets, *facts.fields)]
    said += [(one.line, one.title) for one in facts.goals]
    projects = [project for field in facts.fields for project in field.national_projects]
    carriers = [carrier for field in facts.fields for carrier in field.institutions]
    mentions = [mention for institution in facts.institutions for mention in institution.mentions]
    said += [(one.line, one.clause.strip("…")) for one in (*projects, *mentions)]
    said += [(one.line, clause.strip("…")) for one in carriers for clause in one.clauses]
    assert len(said) == 362 + 51 + 7 + 13 + 8 + 5 + 8 + (13 + 1) + len(mentions)
    assert [(line, words) for line, words in said if words not in lines[line - 1]] == []


def test_the_outline_is_every_heading_with_its_part(sample: str) -> None:
    headings = parse_plan(sample.encode()).headings
    assert [(one.level, one.part) for one in headings if one.level != "section"] == [
        *(("chapter", f"chapter-{number}") for number in range(1, 9)),
        *(("annex", f"annex-{number}") for number in range(1, 4)),
    ]
    sections = [one.title for one in headings if one.part == "chapter-2" and one.level == "section"]
    assert sections == ["思想", "原则", "发展目标"]
    assert [one.line for one in headings] == sorted(one.line for one in headings)


def test_an_institution_is_found_wherever_it_is_named_but_not_in_the_name_of_its_laboratory(sample: str) -> None:
    said = "　　发挥庚大学、辛大学等的作用；庚大学机器国家重点实验室另说。\n"
    named_again = replaced("第四章　产业\n", f"第四章　产业\n{said}")(sample)
    institutions = {one.name: one for one in parse_plan(named_again.encode()).institutions}
    assert [one.number for one in institutions.values()] == list(range(1, 12))
    mentions = institutions["辛大学"].mentions
    assert [(one.section, one.part) for one in mentions] == [
        *(("第三章 五", "chapter-3"), ("第三章 五", "chapter-3"), ("第三章 八", "chapter-3"), ("第四章", "chapter-4")),
    ]
    assert mentions[-1].clause == "发挥庚大学、辛大学等的作用"
    laboratory = institutions["庚大学机器国家重点实验室"].mentions
    assert [one.section for one in laboratory] == ["第三章 四", "第四章"]


def test_an_institution_outside_chapter_3_is_found_by_name_and_numbered_last(sample: str) -> None:
    said = (
        "　　引进清华大学、中国科学院的成果，落实与中国科学院的协议；引进中国科学院院士，"
        "建设中国科学院科学家工作室。\n"
        "　　累计集聚中科院产业育成中心等机构；支持中科院。\n"
    )
    institutions = parse_plan(replaced("第四章　产业\n", f"第四章　产业\n{said}")(sample).encode()).institutions[11:]
    assert [(one.number, one.name) for one in institutions] == [
        *((12, "清华大学"), (13, "中国科学院"), (14, "中科院产业育成中心")),
    ]
    assert [one.clause for one in institutions[1].mentions] == [
        *("引进清华大学、中国科学院的成果", "落实与中国科学院的协议", "支持中科院"),
    ]


def test_each_role_has_its_clause_and_all_stand_in_one_line(sample: str) -> None:
    field = next(one for one in parse_plan(sample.encode()).fields if one.code == "next-generation-it")
    assert field.institutions[0].clauses == ("发挥辛大学信息领域研究基础优势", "依托辛大学基础优势")
    parted = replaced("开展测试；依托壬", "开展测试。\n　　依托壬")(sample)
    assert "“辛大学”在同一领域的第" in refused(parted).reason


def test_a_long_clause_is_cut_on_both_sides() -> None:
    text = f"甲；{'长' * 20}某大学{'短' * 16}，乙。"
    start = text.index("某大学")
    assert clause_around(text, start, start + 3) == f"…{'长' * 16}某大学{'短' * 16}"


def test_names_are_kept_as_printed_but_for_outer_white_space(sample: str) -> None:
    names = {one.number: one.name for one in parse_plan(sample.encode()).directions}
    assert names[266] == "测试方向266"
    assert names[130] == "测试方向一百三十"
    assert names[72] == "５０８-Ⅳ钢测试"
    assert names[355] == names[362] == "同名方向"


def test_alliance_level_comes_from_the_suffix_that_the_name_keeps(sample: str) -> None:
    alliances = parse_plan(sample.encode()).alliances
    assert (alliances[0].name, alliances[0].level) == ("测试1号联盟（国家）", "national")
    assert (alliances[50].name, alliances[50].level) == ("测试（绿色）产业联盟", "provincial")


@pytest.mark.parametrize(
    ("printed", "normal"),
    [
        ("５０８-Ⅳ钢", "508-iv钢"),
        ("　ＧＤＰ ", "gdp"),
        ("OLED", "oled"),
        ("“互联网＋”", "“互联网+”"),
    ],
)
def test_normalise(printed: str, normal: str) -> None:
    assert normalise(printed) == normal
    assert normalise(normal) == normal


# A damage, words that stand in the named line of the damaged text, and what the error must say.
DAMAGES = {
    "annex 1 lost": (without("　　附件1", "　　附件2"), "附件2：", "应为附件1，读到附件2"),
    "annex 2 lost": (without("　　附件2", "　　附件3"), "附件3：", "应为附件2，读到附件3"),
    "annex title changed": (replaced("重点研发方向", "重点任务"), "重点任务", "标题应为“重点研发方向”"),
    "table header lost": (without_line("序号\t领域"), "1 \t新", "缺少表头"),
    "chapter lost": (without_line("第三章"), "一、发展新材料", "标题重复"),
    "chapter gap": (replaced("第三章", "第四章"), "第四章", "应为第三章，读到第四章"),
    "chapter twice": (replaced("第三章", "第二章"), "第二章　领域", "标题重复：此处应为第三章"),
    "section gap": (without_line("二、原则"), "三、发展目标", "应为第二章 二，读到第二章 三"),
    "field renamed in annex 1": (replaced("46 \t新\n能", "46 \t新\n热"), "46 \t新", "未知的领域“新热源”"),
    "field renamed in chapter 3": (
        replaced("发展生物技术", "发展动物技术"),
        "发展动物技术",
        "未知的领域“发展动物技术”",
    ),
    "field name broken off": (without_line("料\t测试方向1"), "1 \t新", "“新材”没有写完"),
    "field name out of order": (replaced("91 \t生\n物", "91 \t民\n生"), "91 \t民", "应为“生物”"),
    "field heading lost": (without_line("八、发展民生科技"), "第三章", "缺少第三章 八"),
    "direction lost": (without_line("\t测试方向100"), "\t测试方向101", "应为 100，读到 101"),
    "direction's number lost": (replaced("100 \t\t", " \t\t"), "测试方向100", "缺少序号：此处应为 100"),
    "direction's number repeated": (
        replaced("100 \t\t", "99 \t\t"),
        "测试方向100",
        "序号重复：此处应为 100，读到 99",
    ),
    "direction's name lost": (replaced("测试方向100\n", "\n"), "100 \t\t", "100 没有名称"),
    "direction's tabs lost": (replaced("100 \t\t", "100 \t"), "100 \t", "没有写完"),
    "last direction lost": (without_line("362 \t"), "361 \t", "研发方向应有 362 个，读到 361 个"),
    "a direction too many": (
        replaced("362 \t\t同名方向\n", "362 \t\t同名方向\n363 \t\t多的\n"),
        "363 \t",
        "读到 363 个",
    ),
    "platform lost": (without_line("测试7号平台"), "测试6号平台", "平台应有 7 个，读到 6 个"),
    "platform's number lost": (
        replaced("3 \t测试3号平台", "\t测试3号平台"),
        "测试3号平台",
        "缺少序号：此处应为 3",
    ),
    "platform's name cut": (replaced("测试3号平台", "测试3号"), "3 \t测试3号\n", "应以“平台”结尾"),
    "alliance lost": (without_line("测试20号联盟"), "测试21号联盟", "应为 20，读到 21"),
    "alliance too many": (
        lambda text: text.rstrip() + "\n52 \t多联盟\n",
        "52 \t多联盟",
        "联盟应有 51 个，读到 52 个",
    ),
    "alliance's level lost": (replaced("（国家）", ""), "51 \t测试", "国家级联盟应有 5 个，读到 4 个"),
    "alliance's level unknown": (replaced("（国家）", "（国际）"), "（国际）", "未知的联盟级别"),
    "text behind the last annex": (lambda text: text + "多出的话\n", "多出的话", "缺少序号"),
    "goal lost": (without_line("---目标戊"), "三、发展目标", "目标群应有 5 个，读到 4 个"),
    "clause lost": (replaced("，登记科技成果达到700项", ""), "---目标甲", "缺少目标“登记科技成果”的条文"),
    "clause twice": (replaced("不写数字", "登记科技成果达到700项"), "---目标丁", "不属于任何目标的数字“700”"),
    "value unreadable": (
        replaced("达到80亿元", "达到8O亿元"),
        "---目标乙",
        "目标“技术合同成交额”的条文无法读取",
    ),
    "value lost": (replaced("达到80亿元", "达到亿元"), "---目标乙", "目标“技术合同成交额”的条文无法读取"),
    "number that no target explains": (
        replaced("也不写", "要建3个，也不写"),
        "---目标戊",
        "不属于任何目标的数字“3”",
    ),
    "baseline lost": (without_line("孵化器总数"), "一、回顾", "缺少目标“科技企业孵化器”的基期数据"),
    "baseline unreadable": (replaced("为1.25件", "为1..25件"), "1..25件", "基期数据无法读取"),
    "baseline of another year": (
        replaced("2015年的44家", "2014年的44家"),
        "2014年",
        "基期年份应为 2015，读到 2014",
    ),
    "context lost": (replaced("八大科技平台", "多个平台"), "一、回顾", "的背景数据"),
    "national project lost": (
        replaced("对接国家“项目二”项目", "对接“项目二”"),
        "第三章",
        "应有 8 个，读到 7 个",
    ),
    "national project unreadable": (replaced("“项目二”项目", "“项目二"), "项目二", "国家项目的名称无法读取"),
    "national project twice": (replaced("“项目二”", "“项目一”"), "四、发展高端", "对接的国家项目重复"),
    "institution lost": (replaced("依托戊集团加强", "加强"), "第三章", "承担单位应有 13 个，读到 12 个"),
    "institution unreadable": (replaced("依托戊集团加强", "依托戊加强"), "依托戊加强", "单位名称无法读取"),
    "co-issuers lost": (without_line("省财政厅"), "一、落实", "应有一份联合印发的文件，读到 0 份"),
    "title lost": (without_line("　　黑龙江省“十三五”科技创新规划"), "第一章", "科技创新规划”一行"),
    "issue date lost": (without_line("2017年6月12日"), "第一章", "应有一行印发日期，读到 0 行"),
    "issue date impossible": (replaced("6月12日", "6月31日"), "6月31日", "印发日期无法读取"),
    "period's end lost": (replaced("到2020年", "到明年"), "三、发展目标", "“到2020年”"),
    "character replaced": (replaced("测试方向50\n", "测试方\ufffd50\n"), "测试方\ufffd", "编码已损坏"),
}


@pytest.mark.parametrize(("damage", "place", "reason"), DAMAGES.values(), ids=DAMAGES.keys())
def test_damaged_source_is_one_error_with_its_line(sample: str, damage: Damage, place: str, reason: str) -> None:
    damaged = damage(sample)
    error = refused(damaged)
    assert reason in str(error)
    assert error.line == line_of(damaged, place)
    assert re.fullmatch(r"第 [0-9]+ 行：[^\n]+", str(error))


@pytest.mark.parametrize("words", ["\t测试方向100", "累计登记科技成果", "---目标甲", "依托戊集团加强"])
def test_doubled_line_is_refused_at_the_second(sample: str, words: str) -> None:
    error = refused(with_line_twice(words)(sample))
    first = line_of(sample, words)
    assert error.line == first + 1
    assert f"与第 {first} 行重复" in str(error)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("　　附件3", "缺少附件3"),
        ("　　附件2", "缺少附件2"),
        ("　　附件1", "缺少附件1"),
        ("30 \t测试30号联盟", "联盟应有 51 个，读到 29 个"),
    ],
)
def test_source_truncated_between_lines(sample: str, words: str, reason: str) -> None:
    damaged = cut_before(words)(sample)
    error = refused(damaged)
    assert reason in str(error)
    assert error.line <= damaged.count("\n")


def test_source_truncated_inside_a_line(sample: str) -> None:
    damaged = cut_before("号联盟\n31 ")(sample)
    error = refused(damaged)
    assert "可能被截断" in str(error)
    assert error.line == line_of(damaged, "30 \t测试30")


@pytest.mark.parametrize("source", [b"", b"\n\n", b" \n"])
def test_empty_source(source: bytes) -> None:
    with pytest.raises(SourceError, match="第 1 行：文件是空的"):
        parse_plan(source)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_source_in_another_encoding(sample: str, encoding: str) -> None:
    with pytest.raises(SourceError, match="第 1 行：不是 UTF-8 编码"):
        parse_plan(sample.encode(encoding))


def test_one_wrong_byte_names_its_line(sample: str) -> None:
    source = sample.encode().replace("测试方向77\n".encode(), b"\xb2\xe2\n")
    with pytest.raises(SourceError, match="不是 UTF-8 编码") as caught:
        parse_plan(source)
    assert caught.value.line == line_of(sample, "测试方向77\n")
