"""What of a plan can be found: every document of its index, from what is stored."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from django.utils import translation
from pypinyin import lazy_pinyin

from fields.models import NationalProject
from planportal.accounts.models import City, Department
from planportal.plan.definitions import ALSO_PRINTED_AS
from planportal.plan.models import Heading, Level, Plan
from planportal.plan.official_text import loaded_text
from planportal.plan.outline import chapter_reference, section_reference
from planportal.plan.places import Place
from planportal.plan.text import printed_numeral
from planportal.search.engine import Document
from planportal.search.folding import folded
from planportal.search.portal_pages import PAGES
from planportal.search.synonyms import NO_SYNONYMS, Synonyms

ENGLISH = "en"
LEVELS = {"national": "国家级", "provincial": "省级"}
# What all alliances are called; between the two stands what one is about.
ALLIANCE = re.compile(
    r"^(?:黑龙江省?)?(?P<core>.+?)(?:产业)?(?:技术)?(?:服务|推广应用)?(?:创新|发展)?(?:战略)?联盟(?:（国家）)?$"
)
# Shorter names than the plan's that people use.
TARGET_NAMES = {
    "rd-intensity": ("研发投入强度", "研发强度", "R&D intensity"),
    "invention-patents-per-10k": ("专利", "发明专利", "万人专利"),
    "registered-results": ("科技成果", "成果登记"),
    "technology-contract-value": ("技术合同", "技术市场", "技术交易"),
    "high-tech-value-added-share": ("高新技术产业", "高新产业增加值", "高新技术产业增加值"),
    "high-tech-enterprises": ("高新技术企业", "高企"),
    "incubators": ("孵化器",),
    "internet-plus-platforms": ("技术服务平台",),
    "new-tech-firms": ("科技型企业", "新增企业"),
    "incubated-firms": ("孵化企业", "在孵企业"),
    "innovation-teams": ("创新团队",),
    "outstanding-young-talents": ("杰出青年", "杰出青年人才", "杰青"),
    "young-talents": ("青年人才", "青年科技人才"),
}
FIELD_NAMES = {
    "high-end-equipment": ("装备制造", "高端制造"),
    "next-generation-it": ("信息技术",),
    "energy-saving-environment": ("环保", "节能", "环境保护"),
    "modern-agriculture": ("农业",),
    "livelihood-technology": ("民生",),
}
INSTITUTION_NAMES = {
    "哈尔滨工业大学": ("哈工大",),
    "哈尔滨工程大学": ("哈工程",),
    "哈尔滨医科大学": ("哈医大",),
    "哈尔滨东安发动机（集团）有限公司": ("东安发动机",),
    "中船重工集团第七○三研究所": ("703所", "七〇三所", "中国船舶重工集团公司第七○三研究所"),
    "哈尔滨锅炉厂有限责任公司": ("哈锅",),
    "美国通用电气哈尔滨创新中心": ("GE",),
    "中国工程院": ("工程院",),
    "哈尔滨焊接研究所": ("哈焊所",),
    "清华大学": ("清华",),
    "北京理工大学": ("北理工",),
    "北京航空航天大学": ("北航",),
}
CITY_NAMES = {
    "230100": "Harbin",
    "230200": "Qiqihar",
    "230300": "Jixi",
    "230400": "Hegang",
    "230500": "Shuangyashan",
    "230600": "Daqing",
    "230700": "Yichun",
    "230800": "Jiamusi",
    "230900": "Qitaihe",
    "231000": "Mudanjiang",
    "231100": "Heihe",
    "231200": "Suihua",
    "232700": "Daxing'anling",
}
# Which five years a title is of, and what it is called without the province and them: “十三五”, 科技创新规划.
PLAN_TITLE = re.compile("“(?P<years>.+?)”(?P<rest>.+)")


def documents_of(plan: Plan, synonyms: Synonyms = NO_SYNONYMS) -> Iterator[Document]:
    """Everything of a plan that a search finds; each has an identity of its own.

    Who spells a synonym of a name finds it too: its readings have those of the names' synonyms.
    """
    for document in _documents(plan):
        also = dict.fromkeys(reading(word) for word in synonyms.of_names(_names(document)) if not word.isascii())
        yield replace(document, readings=tuple(dict.fromkeys([*document.readings, *also])))


def _names(document: Document) -> list[str]:
    return [folded(name) for name in (document.title, *document.names)]


def _documents(plan: Plan) -> Iterator[Document]:
    yield from _targets(plan)
    yield from _fields(plan)
    yield from _directions(plan)
    yield from _alliances(plan)
    yield from _platforms(plan)
    yield from _institutions(plan)
    for position, page in enumerate(_pages(plan), start=1):
        yield replace(page, position=position)


def _document(
    kind: str, key: str, title: str, *, names: Iterable[str] = (), link: tuple[str, ...], **how: Any
) -> Document:
    """A document with its English name, where the catalogue has one, and its readings."""
    other = tuple(dict.fromkeys(name for name in (*names, *_english(title)) if name != title))
    chinese = [title, *(name for name in other if not name.isascii())]
    values: dict[str, Any] = {"label": kind, "position": 0} | how
    values.setdefault("identity", f"{values['label']}:{key}")
    readings = tuple(reading(name) for name in chinese)
    return Document(kind=kind, key=key, title=title, names=other, readings=readings, link=link, **values)


def reading(printed: str) -> str:
    """The pinyin of a name, as planportal.search.readings has it."""
    # A Latin word stands for itself, in upper case.
    return " ".join(lazy_pinyin(folded(printed), errors=str.upper))


def _english(name: str) -> tuple[str, ...]:
    with translation.override(ENGLISH):
        english = translation.gettext(name)
    return (english,) if english != name else ()


def _numbered(number: int, what: str, place: Place) -> dict[str, Any]:
    """How a numbered entry is found: its number is a name, 附件1 第33项 a keyword."""
    return {"names": (str(number),), "keywords": (place.reference, f"{what}{number}", f"第{number}项")}


def _targets(plan: Plan) -> Iterator[Document]:
    for target in plan.targets.select_related("goal"):
        yield _document(
            "target",
            target.code,
            target.name,
            names=TARGET_NAMES.get(target.code, ()),
            keywords=(target.code, f"指标{target.number}", target.unit, target.goal.title),
            body=target.clause,
            position=target.number,
            link=("target-detail", target.code),
        )


def _fields(plan: Plan) -> Iterator[Document]:
    for field in plan.fields.all():
        yield _document(
            "field",
            field.code,
            field.name,
            names=(f"{field.name}技术", field.heading, *FIELD_NAMES.get(field.code, ())),
            keywords=(field.code, f"领域{field.number}", f"{field.name}领域", field.section),
            body=field.heading,
            position=field.number,
            fields=(field.code,),
            link=("field-detail", field.code),
        )


def _directions(plan: Plan) -> Iterator[Document]:
    for direction in plan.directions.select_related("field"):
        yield _document(
            "direction",
            str(direction.number),
            direction.name,
            **_numbered(direction.number, "方向", direction.place),
            body=direction.field.name,
            position=direction.number,
            fields=(direction.field.code,),
            link=("direction-detail", str(direction.number)),
        )


def _alliances(plan: Plan) -> Iterator[Document]:
    for alliance in plan.alliances.all():
        numbered = _numbered(alliance.number, "联盟", alliance.place)
        yield _document(
            "alliance",
            str(alliance.number),
            alliance.name,
            **numbered | {"names": (*numbered["names"], core_of(alliance.name))},
            body=LEVELS[alliance.level],
            position=alliance.number,
            link=("alliance-detail", str(alliance.number)),
        )


def core_of(name: str) -> str:
    """What an alliance is about: its name without the province and without what all alliances are called."""
    found = ALLIANCE.match(name)
    return found["core"] if found else name


def _platforms(plan: Plan) -> Iterator[Document]:
    for platform in plan.platforms.all():
        yield _document(
            "platform",
            str(platform.number),
            platform.name,
            **_numbered(platform.number, "平台", platform.place),
            position=platform.number,
            link=("platform-detail", str(platform.number)),
        )


def _institutions(plan: Plan) -> Iterator[Document]:
    for institution in plan.institutions.prefetch_related("mentions", "carries__field"):
        fields = [carried.field for carried in institution.carries.all()]
        mentions = list(institution.mentions.all())
        yield _document(
            "institution",
            str(institution.number),
            institution.name,
            names=(*ALSO_PRINTED_AS.get(institution.name, ()), *INSTITUTION_NAMES.get(institution.name, ())),
            keywords=tuple(field.name for field in fields),
            body="；".join(mention.clause for mention in mentions),
            position=institution.number,
            fields=tuple(field.code for field in fields),
            link=("institution-detail", str(institution.number)),
        )


def _pages(plan: Plan) -> Iterator[Document]:
    yield from _portal_pages(plan)
    yield from _goals(plan)
    yield from _projects(plan)
    yield from _areas_and_departments()
    yield from _headings(plan)


def _portal_pages(plan: Plan) -> Iterator[Document]:
    for page in PAGES:
        of_plan = _plan_names(plan.title) if page.address == "plan-text" else ()
        yield _document(
            "page",
            page.address,
            page.title,
            names=(*page.words, *of_plan),
            keywords=(f"规划{page.annex}",) if page.annex else (),
            body=page.text,
            label="portal",
            link=(page.address,),
        )


def _plan_names(title: str) -> tuple[str, ...]:
    """What a plan is called: its title, 科技创新规划, 十三五规划."""
    found = PLAN_TITLE.search(title)
    return (title, found["rest"], f"{found['years']}规划") if found else (title,)


def _goals(plan: Plan) -> Iterator[Document]:
    for goal in plan.goals.all():
        link = ("target-list", "", f"goal={goal.number}")
        keywords = (f"目标群{goal.number}",)
        key = f"goal-{goal.number}"
        yield _document("page", key, goal.title, keywords=keywords, body=goal.section, label="goal", link=link)


def _projects(plan: Plan) -> Iterator[Document]:
    for project in NationalProject.objects.filter(field__plan=plan).select_related("field"):
        yield _document(
            "page",
            project.name,
            project.name,
            keywords=("国家项目", project.field.name),
            body=project.clause,
            label="project",
            # Two fields may carry a project of one name.
            identity=f"project:{project.field.code}:{project.name}",
            fields=(project.field.code,),
            link=("project-list", "", "", f"{project.field.code}-{project.position}"),
        )


def _areas_and_departments() -> Iterator[Document]:
    for department in Department.objects.all():
        yield _document(
            "page",
            department.code,
            department.name,
            names=(department.name.removeprefix("省"), f"黑龙江{department.name}"),
            label="department",
            link=("target-list", "", f"department={department.code}"),
        )
    for city in City.objects.all():
        yield _document(
            "page",
            city.code,
            city.name,
            names=(re.sub("(市|地区)$", "", city.name), *filter(None, [CITY_NAMES.get(city.code)])),
            keywords=(city.code,),
            label="city",
            link=("city-detail", city.code),
        )


def _headings(plan: Plan) -> Iterator[Document]:
    lines, headings = _lines(plan), list(plan.headings.all())
    for heading, following in zip_longest(headings, headings[1:]):
        reference, *others = _references(heading)
        # Under an annex stand its numbered entries, each of which is found by itself.
        text = "" if heading.level == Level.ANNEX else _text_between(lines, heading, following)
        yield _document(
            "page",
            f"line-{heading.line}",
            heading.title,
            keywords=(reference, *others),
            body=f"{reference} {text}".rstrip(),
            label="heading",
            # Without a line the key is no name of it.
            identity=f"heading:{heading.part}:{heading.level}:{heading.number}",
            link=("plan-part", heading.part, "", f"line-{heading.line}" if heading.line else ""),
        )


def _lines(plan: Plan) -> list[str]:
    """The lines of the official text, none where the portal has none to show."""
    loaded = loaded_text(plan)
    return [line.stripped for line in loaded.lines] if loaded else []


def _text_between(lines: list[str], heading: Heading, following: Heading | None) -> str:
    """What stands under a heading, up to the next one."""
    end = following.line - 1 if following and following.line else len(lines)
    return "".join(lines[heading.line : end]) if heading.line else ""


def _references(heading: Heading) -> list[str]:
    """How a heading is cited (第二章, 第二章 三, 附件1), and then how else that is written."""
    part, _hyphen, number = heading.part.partition("-")
    if part == Level.ANNEX:
        return [f"附件{number}", f"附件{printed_numeral(int(number))}"]
    chapter = chapter_reference(int(number))
    if heading.level == Level.CHAPTER:
        return [chapter, f"第{number}章"]
    section = section_reference(int(number), heading.number)
    return [section, f"{chapter}第{printed_numeral(heading.number)}节", f"第{number}章第{heading.number}节"]
