"""A made-up plan with the real one's untidiness: the outline and the counts, none of its text."""

import io
import shutil
from pathlib import Path

import pytest
from django.core.management import call_command

from planportal.plan.models import Plan
from planportal.portal.seeding import seed
from tests.conftest import FIXTURES

FIELDS = {
    "新材料": 45,
    "新能源": 45,
    "生物": 45,
    "高端装备": 45,
    "新一代信息技术": 45,
    "节能环保": 45,
    "现代农业": 45,
    "民生科技": 47,
}

FIELD_SECTIONS = [
    ("发展新材料技术", "开展测试。"),
    ("发展新能源技术", "依托甲乙科技有限公司加强试验、样机研究，推进示范。"),
    ("发展生物技术", "开展测试。"),
    (
        "发展高端装备技术",
        (
            "对接国家“项目一”项目关键技术部署，依托丙（集团）有限公司加强零件研究；依托丁集团第九研究所"
            "加强部件开发；依托戊集团加强整机研制。对接国家“项目二”项目关键技术部署，发挥己大学在海洋领域的"
            "优势，开展测试。对接国家“项目三”项目关键技术部署，依托庚大学机器国家重点实验室，开展测试。"
        ),
    ),
    (
        "发展新一代信息技术",
        (
            "对接国家“项目四”项目关键技术部署，发挥辛大学信息领域研究基础优势，开展测试；依托壬股份有限公司"
            "加强监测。对接国家“项目五”项目关键技术部署，依托辛大学基础优势，开展测试。"
            "对接国家“项目六2.0”项目关键技术部署，开展测试。"
        ),
    ),
    (
        "发展节能环保技术",
        ("对接国家“项目七”项目关键技术部署，依托戊集团开展测试；依托辛大学燃烧国家工程实验室研究基础优势，开展测试。"),
    ),
    ("发展现代农业技术", "开展测试。"),
    (
        "发展民生科技",
        "对接国家“项目八”项目关键技术部署，依托癸医科大学、子中医药大学、辛大学等高等院校的研发优势，测试。",
    ),
]

OPENING = """\
各单位：

　　现将《黑龙江省“十三五”科技创新规划》印发。
黑龙江省人民政府

2017年6月12日

　　黑龙江省“十三五”科技创新规划

　第一章　形势
　　一、回顾

　　2015年达到9.99万件；每万人口发明专利拥有量为1.25件；累计登记科技成果4321项。
　　全省科技企业孵化器总数达到22家。
　　全省高新技术企业总数由2010年的33家增加到2015年的44家。
　　全省高新技术产业增加值占ＧＤＰ比重由2010年的5.5％提高至2015年的6.6％。
　　测试、试验等八大科技平台相继建成。

　　二、展望

　第二章　蓝图
　　一、思想

　　二、原则

　　---坚持测试。这一行不是目标。

　　三、发展目标

　　到2020年，总体目标是测试。

　　---目标甲。研究与试验发展经费投入强度达到３.0％，每万人口发明专利拥有量达到2.5件，登记科技成果达到700项。

　　---目标乙。技术合同成交额达到80亿元，高新技术产业增加值占ＧＤＰ比重达到8％，国家级高新技术企业达到99家，\
科技企业孵化器数量达到55家，建设7个“互联网＋”技术服务平台；“十三五”期间新增具有一定规模和较强竞争力的\
科技型企业500家，科技企业孵化器孵化企业达到600家。

　　---目标丙。“十三五”期间培育重点领域创新团队5个，培养科技创新杰出青年人才10人、青年科技创新人才11人。

　　---目标丁。不写数字。

　　---目标戊。也不写数字。
　\u0020

　第三章　领域
"""

MIDDLE = """\
　第四章　产业
　第五章　创业
　第六章　能力
　第七章　体制
　第八章　保障
　　一、落实

　　落实《省科技厅、省委组织部、省财政厅、省国资委、省教育厅、省人社厅、省知识产权局关于印发〈测试细则〉的通知》。

"""


@pytest.fixture
def sample() -> str:
    """The whole made-up plan."""
    return OPENING + _priorities() + MIDDLE + _directions() + _platforms() + _alliances()


def _priorities() -> str:
    numerals = "一二三四五六七八"
    return "".join(
        f"　　{numeral}、{heading}\n\n　　第{numeral}领域：{text}\n　 \n\n"
        for numeral, (heading, text) in zip(numerals, FIELD_SECTIONS, strict=True)
    )


def _directions() -> str:
    rows = ["　　附件1：", "　　重点研发方向", "序号\t领域\t研发方向"]
    number = 0
    for field, count in FIELDS.items():
        for place in range(count):
            number += 1
            if place:
                rows.append(f"{_number_cell(number)}\t\t{_direction(number)}")
            else:
                first, *middle, last = list(field)
                rows += [f"{number} \t{first}", *middle, f"{last}\t{_direction(number)}"]
    return "\n".join(rows) + "\n\n\n"


def _number_cell(number: int) -> str:
    return "266 ." if number == 266 else f"{number} "


def _direction(number: int) -> str:
    untidy = {72: "５０８-Ⅳ钢测试", 130: "测试方向一百三十 ", 355: "同名方向", 362: "同名方向"}
    return untidy.get(number, f"测试方向{number}")


def _platforms() -> str:
    rows = [f"{number} \t测试{number}号平台" for number in range(1, 8)]
    return "\n".join(["　　附件2：", "　　重点建设的“互联网＋”科技创新平台", *rows]) + "\n\n\n"


def _alliances() -> str:
    rows = [f"{number} \t测试{number}号联盟{'（国家）' if number <= 5 else ''}" for number in range(1, 51)]
    rows.append("51 \t测试（绿色）产业联盟")
    return "\n".join(["　　附件3：", "　　重点建设的产业技术创新战略联盟", *rows]) + "\n\n\n"


@pytest.fixture
def text(sample: str) -> bytes:
    """The made-up plan, with characters in it that mean something to a browser."""
    return sample.replace("坚持测试。", "坚持<script>测试</script>&amp;。").encode()


@pytest.fixture
def sample_plan(seeded: Plan, tmp_path: Path, text: bytes) -> Plan:
    """The default plan, seeded from that text."""
    folder = tmp_path / "fixtures"
    (tmp_path / "plan.txt").write_bytes(text)
    call_command("parse_plan", str(tmp_path / "plan.txt"), out=str(folder), stdout=io.StringIO())
    shutil.copy(FIXTURES / "areas_and_departments.json", folder)
    seed(folder)
    return Plan.objects.get(pk=seeded.pk)
