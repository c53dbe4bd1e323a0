"""What we define about the plan: codes, kinds and units, and where its numbers are printed.

The numbers themselves are never written here; the parser reads them from the text. A template is
the printed phrase with `{value}`, `{year}`, `{previous_value}`, `{previous_year}`, `{numeral}` or
`{words}` in the place of what varies.
"""

from dataclasses import dataclass

PLAN_CODE = "hlj-sti-13fyp"
PLAN_TITLE = "黑龙江省“十三五”科技创新规划"
PLAN_ISSUER = "黑龙江省人民政府"
START_YEAR = 2016
END_YEAR = 2020
BASE_YEAR = START_YEAR - 1
PREVIOUS_YEAR = BASE_YEAR - 5

# Counts that a whole source has; anything else is a damaged one.
EXPECTED_GOALS = 5
EXPECTED_TARGETS = 13
EXPECTED_FIELDS = 8
EXPECTED_DIRECTIONS = 362
EXPECTED_ALLIANCES = 51
EXPECTED_NATIONAL_ALLIANCES = 5
EXPECTED_PLATFORMS = 7
EXPECTED_NATIONAL_PROJECTS = 8
EXPECTED_INSTITUTIONS = 13

ANNEX_TITLES = {
    1: "重点研发方向",
    2: "重点建设的“互联网＋”科技创新平台",
    3: "重点建设的产业技术创新战略联盟",
}
DIRECTIONS_HEADER = ["序号", "领域", "研发方向"]


# How else the plan prints the name of an institution.
ALSO_PRINTED_AS = {
    "哈尔滨东安发动机（集团）有限公司": ("东安公司",),
    "中船重工集团第七○三研究所": ("中船重工集团第七○三所",),
    "中国科学院": ("中科院",),
}

# The institutions that the plan names outside chapter 3, as it prints them. Ministries and departments, places,
# alliances, platforms, funds, laboratories still to be founded and those that are only counted by their subject
# (机器人、现代焊接等国家重点实验室) are none.
OTHER_INSTITUTIONS = (
    "哈工大机器人集团",
    "哈尔滨锅炉厂有限责任公司",
    "高效清洁燃煤电站锅炉国家重点实验室",
    "中科院产业育成中心",
    "美国通用电气哈尔滨创新中心",
    "省中医药科学研究院",
    "中国科学院",
    "中国工程院",
    "奥宇石墨集团",
    "哈尔滨焊接研究所",
    "清华大学",
    "北京理工大学",
    "北京航空航天大学",
)

# Words that have an institution's name in them and name no institution: titles of people, a sort of workroom.
NOT_INSTITUTIONS = ("中国科学院院士", "中国工程院院士", "中国科学院科学家工作室")


@dataclass(frozen=True, kw_only=True)
class FieldDefinition:
    """A priority field: our code, its name in annex 1, its heading in chapter 3."""

    code: str
    name: str
    heading: str


FIELDS = (
    FieldDefinition(code="new-materials", name="新材料", heading="发展新材料技术"),
    FieldDefinition(code="new-energy", name="新能源", heading="发展新能源技术"),
    FieldDefinition(code="biotechnology", name="生物", heading="发展生物技术"),
    FieldDefinition(code="high-end-equipment", name="高端装备", heading="发展高端装备技术"),
    FieldDefinition(code="next-generation-it", name="新一代信息技术", heading="发展新一代信息技术"),
    FieldDefinition(code="energy-saving-environment", name="节能环保", heading="发展节能环保技术"),
    FieldDefinition(code="modern-agriculture", name="现代农业", heading="发展现代农业技术"),
    FieldDefinition(code="livelihood-technology", name="民生科技", heading="发展民生科技"),
)


@dataclass(frozen=True, kw_only=True)
class ContextDefinition:
    """A figure of chapter 1 that is no baseline but worth showing; `text` is what we show."""

    template: str
    text: str


@dataclass(frozen=True, kw_only=True)
class TargetDefinition:
    """A target as we define it, and the phrases in which the plan prints its numbers."""

    code: str
    name: str
    unit: str
    decimals: int
    kind: str
    goal: int
    template: str
    additive: bool = True
    bases: tuple[str, ...] = ()
    baseline_template: str | None = None
    context: ContextDefinition | None = None
    definition_note: str = ""

    @property
    def submitted_as(self) -> str | None:
        """How figures come in: yearly increments for the kinds that count from zero."""
        return "increment" if self.kind in ("count", "cumulative") else None


FROM_ZERO_NOTE = "规划所写为“十三五”期间的新增数，按本系统的定义从 2015 年末的 0 起累计。"

TARGETS = (
    TargetDefinition(
        code="rd-intensity",
        name="研究与试验发展经费投入强度",
        unit="%",
        decimals=2,
        kind="level",
        goal=1,
        template="研究与试验发展经费投入强度达到{value}％",
        additive=False,
        bases=("first", "rebased"),
    ),
    TargetDefinition(
        code="invention-patents-per-10k",
        name="每万人口发明专利拥有量",
        unit="件",
        decimals=2,
        kind="level",
        goal=1,
        template="每万人口发明专利拥有量达到{value}件",
        additive=False,
        baseline_template="{year}年达到{words}；每万人口发明专利拥有量为{value}件",
    ),
    TargetDefinition(
        code="registered-results",
        name="登记科技成果",
        unit="项",
        decimals=0,
        kind="annual_flow",
        goal=1,
        template="登记科技成果达到{value}项",
        context=ContextDefinition(
            template="累计登记科技成果{value}项",
            text="2011—2015 年累计 {value} 项",
        ),
    ),
    TargetDefinition(
        code="technology-contract-value",
        name="技术合同成交额",
        unit="亿元",
        decimals=2,
        kind="annual_flow",
        goal=2,
        template="技术合同成交额达到{value}亿元",
    ),
    TargetDefinition(
        code="high-tech-value-added-share",
        name="高新技术产业增加值占GDP比重",
        unit="%",
        decimals=1,
        kind="level",
        goal=2,
        template="高新技术产业增加值占ＧＤＰ比重达到{value}％",
        additive=False,
        baseline_template=(
            "高新技术产业增加值占ＧＤＰ比重由{previous_year}年的{previous_value}％提高至{year}年的{value}％"
        ),
    ),
    TargetDefinition(
        code="high-tech-enterprises",
        name="国家级高新技术企业",
        unit="家",
        decimals=0,
        kind="level",
        goal=2,
        template="国家级高新技术企业达到{value}家",
        baseline_template="高新技术企业总数由{previous_year}年的{previous_value}家增加到{year}年的{value}家",
        definition_note="规划第一章写“高新技术企业总数”，按本系统的定义作为国家级高新技术企业的基期值。",
    ),
    TargetDefinition(
        code="incubators",
        name="科技企业孵化器",
        unit="家",
        decimals=0,
        kind="level",
        goal=2,
        template="科技企业孵化器数量达到{value}家",
        baseline_template="全省科技企业孵化器总数达到{value}家",
    ),
    TargetDefinition(
        code="internet-plus-platforms",
        name="“互联网＋”技术服务平台",
        unit="个",
        decimals=0,
        kind="count",
        goal=2,
        template="建设{value}个“互联网＋”技术服务平台",
        context=ContextDefinition(
            template="等{numeral}大科技平台相继建成",
            text="规划第一章：到 2015 年{numeral}大科技平台相继建成",
        ),
        definition_note=(
            "附件2 所列七个平台按本系统的定义从 2015 年末的 0 起计；"
            "规划第一章写到八大科技平台已相继建成，第五章列出八个平台。"
        ),
    ),
    TargetDefinition(
        code="new-tech-firms",
        name="新增科技型企业",
        unit="家",
        decimals=0,
        kind="cumulative",
        goal=2,
        template="“十三五”期间新增具有一定规模和较强竞争力的科技型企业{value}家",
        definition_note=FROM_ZERO_NOTE,
    ),
    TargetDefinition(
        code="incubated-firms",
        name="科技企业孵化器孵化企业",
        unit="家",
        decimals=0,
        kind="level",
        goal=2,
        template="科技企业孵化器孵化企业达到{value}家",
    ),
    TargetDefinition(
        code="innovation-teams",
        name="重点领域创新团队",
        unit="个",
        decimals=0,
        kind="cumulative",
        goal=3,
        template="“十三五”期间培育重点领域创新团队{value}个",
        definition_note=FROM_ZERO_NOTE,
    ),
    TargetDefinition(
        code="outstanding-young-talents",
        name="科技创新杰出青年人才",
        unit="人",
        decimals=0,
        kind="cumulative",
        goal=3,
        template="培养科技创新杰出青年人才{value}人",
        definition_note=FROM_ZERO_NOTE,
    ),
    TargetDefinition(
        code="young-talents",
        name="青年科技创新人才",
        unit="人",
        decimals=0,
        kind="cumulative",
        goal=3,
        template="青年科技创新人才{value}人",
        definition_note=FROM_ZERO_NOTE,
    ),
)
