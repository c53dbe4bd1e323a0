"""The plan held against the portal: what it prints, what is held, what has its place, what stands there literally."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliances.models import Alliance, Level
from planportal.plan import definitions
from planportal.plan.annexes import LEVEL_SUFFIX, LEVELS
from planportal.plan.models import Plan
from planportal.plan.mount import plan_reverse
from planportal.plan.official_text import LoadedText, loaded_text
from planportal.plan.places import Place
from planportal.plan.text import Line
from planportal.portal.plan_outline import Part, outline_of
from planportal.portal.plan_places import Item, Kind, items_of
from planportal.portal.plan_text import bare_clause
from planportal.web.writing import written_sentences

# What the parser found printed in the one plan that it knows.
_PRINTED = {
    Kind.GOAL: definitions.EXPECTED_GOALS,
    Kind.TARGET: definitions.EXPECTED_TARGETS,
    Kind.FIELD: definitions.EXPECTED_FIELDS,
    Kind.PROJECT: definitions.EXPECTED_NATIONAL_PROJECTS,
    Kind.CARRIER: definitions.EXPECTED_INSTITUTIONS,
    Kind.DIRECTION: definitions.EXPECTED_DIRECTIONS,
    Kind.PLATFORM: definitions.EXPECTED_PLATFORMS,
    Kind.ALLIANCE: definitions.EXPECTED_ALLIANCES,
}
_LISTS = {
    Kind.GOAL: "target-list",
    Kind.TARGET: "target-list",
    Kind.FIELD: "field-list",
    Kind.PROJECT: "project-list",
    Kind.CARRIER: "institution-list",
    Kind.MENTION: "institution-list",
    Kind.DIRECTION: "direction-list",
    Kind.PLATFORM: "platform-list",
    Kind.ALLIANCE: "alliance-list",
}
# Their numbers begin anew in each field.
_NUMBERED_WITHIN = frozenset({Kind.PROJECT, Kind.CARRIER})
_NATIONAL = gettext_lazy("其中国家级联盟")


@dataclass(frozen=True)
class Fault:
    """Something that is not as the plan has it: of what kind, which one, its page ("" without), and what is wrong."""

    kind: str
    name: str
    address: str
    what: str


@dataclass(frozen=True)
class Count:
    """One kind, or a part of one (`kind` is None).

    `printed` in the plan (None where nobody counted), `held` here, `placed` with part, line and clause as the outline
    has them; `verbatim` have their clause literally in their line of the official text, None where it is not loaded.
    `numbering` says in words from where to where the numbers run; "" for what has none of its own.
    """

    kind: Kind | None
    label: str
    address: str
    printed: int | None
    held: int
    placed: int
    verbatim: int | None
    numbering: str

    @property
    def is_whole(self) -> bool:
        return self.printed in {None, self.held} and self.placed == self.held and self.verbatim in {None, self.held}


@dataclass(frozen=True)
class Coverage:
    """The counts, and every fault by name; `is_compared` where there is a plan's count or text to compare with."""

    counts: list[Count]
    faults: list[Fault]
    text: LoadedText | None
    verdict: str
    is_compared: bool

    @property
    def lamp(self) -> str:
        return "red" if self.faults else "green"


def read_coverage(plan: Plan) -> Coverage:
    """The plan against the portal as it is now; nothing is stored."""
    text, judge = loaded_text(plan), _Judge(outline_of(plan))
    if text:
        judge.lines = {line.number: line for line in text.lines}
    printed = _PRINTED if plan.is_parsed else {}
    counts, faults = [], []
    for kind in Kind:
        items = items_of(plan, kind)
        expected = printed.get(kind)
        counts.append(_count(plan, kind, items, expected, judge))
        faults += [*_number_faults(kind, items, expected), *judge.faults(items)]
        if kind == Kind.ALLIANCE and printed:
            national, wrong = _national(plan, items, judge)
            counts.append(national)
            faults += wrong
    verdict = _verdict(counts, faults, is_checked=text is not None, is_known=bool(printed))
    return Coverage(counts, faults, text, verdict, is_compared=bool(printed or text))


class _Judge:
    """Whether places are where the outline has them, and, where `lines` are given, what stands in these."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self.parts = {part.code: part for part in parts}
        self.lines: dict[int, Line] | None = None

    def faults(self, items: Iterable[Item]) -> list[Fault]:
        return [_fault(item, what) for item in items if (what := self.misplaced(item) or self.misquoted(item))]

    def misplaced(self, item: Item) -> str:
        """What is wrong with one of its places; "" for nothing."""
        return next((what for place in _places(item) if (what := self._misplaced(place))), "")

    def _misplaced(self, place: Place) -> str:
        if not bare_clause(place.clause):
            return _("没有条款文字")
        if not place.part or place.line is None:
            return _("没有写明在规划的哪一部分、哪一行")
        part = self.parts.get(place.part)
        if part is None:
            return _("目录里没有“%(part)s”这一部分") % {"part": place.part}
        if not part.covers(place.line):
            return _("第 %(line)s 行不在%(part)s") % {"line": place.line, "part": part.name}
        if not part.is_annex and place.reference != part.reference_at(place.line):
            facts = {"line": place.line, "right": part.reference_at(place.line), "said": place.reference}
            return _("第 %(line)s 行在“%(right)s”，写作“%(said)s”") % facts
        return ""

    def misquoted(self, item: Item) -> str:
        """What is wrong with a clause; "" for nothing, or where there is no text to look it up in."""
        wrong = None if self.lines is None else next((one for one in _places(item) if not self._quotes(one)), None)
        if wrong is None:
            return ""
        return _("原文第 %(line)s 行没有“%(clause)s”") % {"line": wrong.line, "clause": wrong.clause}

    def quotes(self, item: Item) -> bool:
        """Whether each clause stands in its line: in a row of a table as a whole cell, elsewhere among other words."""
        return all(self._quotes(place) for place in _places(item))

    def _quotes(self, place: Place) -> bool:
        line = (self.lines or {}).get(place.line or 0)
        clause = bare_clause(place.clause)
        if line is None or not clause:
            return False
        return clause in line.cells if len(line.cells) > 1 else clause in line.text


def _places(item: Item) -> tuple[Place, ...]:
    return (item.place, *item.further)


def _fault(item: Item, what: str) -> Fault:
    within = f"{item.within} " if item.within and item.kind != Kind.DIRECTION else ""
    return Fault(str(item.kind.label), f"{within}{item.number} {item.name}", item.address, what)


def _count(plan: Plan, kind: Kind, items: Sequence[Item], expected: int | None, judge: _Judge) -> Count:
    return Count(
        kind=kind,
        label=_("点名单位（各处）") if kind == Kind.MENTION else str(kind.label),
        address=plan_reverse(plan, _LISTS[kind]),
        printed=expected,
        held=len(items),
        placed=sum(not judge.misplaced(item) for item in items),
        verbatim=None if judge.lines is None else sum(judge.quotes(item) for item in items),
        numbering=_numbering(kind, items),
    )


def _numbering(kind: Kind, items: Sequence[Item]) -> str:
    if kind in _NUMBERED_WITHIN or kind == Kind.MENTION or not items:
        return ""
    numbers = [item.number for item in items]
    facts = {"first": min(numbers), "last": max(numbers)}
    if max(numbers) - min(numbers) + 1 == len(numbers):
        return _("%(first)s–%(last)s，连续") % facts
    return _("%(first)s–%(last)s，有缺号") % facts


def _number_faults(kind: Kind, items: Sequence[Item], expected: int | None) -> Iterator[Fault]:
    """Numbers that are missing, one by one; items beyond those of the plan; and what only the total tells."""
    label = str(kind.label)
    if kind != Kind.MENTION:
        yield from (Fault(label, name, "", _("本站没有这一项")) for name in _missing(kind, items, expected))
    if expected is None:
        return
    if kind in _NUMBERED_WITHIN:
        lost = expected - len(items) - len(_missing(kind, items, expected))
        if lost:
            facts = {"expected": expected, "found": len(items)}
            yield Fault(label, label, "", _("规划所载 %(expected)s 个，本站 %(found)s 个") % facts)
        return
    for item in items:
        if item.number > expected:
            yield _fault(item, _("规划所载只有 %(expected)s 个") % {"expected": expected})


def _missing(kind: Kind, items: Sequence[Item], expected: int | None) -> list[str]:
    """The numbers that nothing has, from 1 on; within a field only up to the last that something has."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for item in items:
        numbers[item.within if kind in _NUMBERED_WITHIN else ""].add(item.number)
    if kind not in _NUMBERED_WITHIN:
        return [str(number) for number in _gaps(numbers[""], expected or 0)]
    return [f"{within} {number}" for within, here in numbers.items() for number in _gaps(here, 0)]


def _gaps(numbers: set[int], at_least: int) -> list[int]:
    return [number for number in range(1, max([at_least, *numbers]) + 1) if number not in numbers]


def _national(plan: Plan, items: Sequence[Item], judge: _Judge) -> tuple[Count, list[Fault]]:
    """The national ones among the alliances, which the plan prints with （国家） behind their names."""
    levels = dict(Alliance.objects.filter(plan=plan).values_list("number", "level"))
    national = [item for item in items if levels.get(item.number) == Level.NATIONAL]
    expected = definitions.EXPECTED_NATIONAL_ALLIANCES
    address = f"{plan_reverse(plan, 'alliance-list')}?level={Level.NATIONAL.value}"
    count = Count(
        kind=None,
        label=str(_NATIONAL),
        address=address,
        printed=expected,
        held=len(national),
        placed=sum(not judge.misplaced(item) for item in national),
        verbatim=None if judge.lines is None else sum(judge.quotes(item) for item in national),
        numbering="",
    )
    wrong = [item for item in items if levels.get(item.number) != _printed_level(item.name)]
    return count, [_fault(item, _("级别与名称后所注的不同")) for item in wrong]


def _printed_level(name: str) -> str:
    suffix = LEVEL_SUFFIX.search(name)
    return LEVELS.get(suffix[1] if suffix else "", "")


def _verdict(counts: Sequence[Count], faults: Sequence[Fault], *, is_checked: bool, is_known: bool) -> str:
    held = {count.kind.value: count.held for count in counts if count.kind}
    total = sum(held.values())
    if not total:
        return _("本站还没有收录这个规划的内容。")
    if faults and not (is_known or is_checked):
        return _incomplete(counts, faults)
    if faults:
        return _("与规划对照，有 %(count)s 处不符，逐项列在下面。") % {"count": len(faults)}
    whole = _(
        "规划所载 %(target)s 项指标、%(field)s 个领域、%(direction)s 个研发方向、%(alliance)s 个联盟、"
        "%(platform)s 个平台，本站全部收录，每一项都有出处。"
    )
    known = _("本站收录的 %(total)s 项内容都有出处。") % {"total": total}
    quoted = _("%(total)s 处条款与原文逐字一致。") % {"total": total}
    checked = quoted if is_checked else _("本站没有载入原文，条款未逐字核对。")
    return written_sentences([whole % held if is_known else known, checked])


def _incomplete(counts: Sequence[Count], faults: Sequence[Fault]) -> str:
    """Where nothing was compared: how many have no place, or, where numbers are missing too, how many faults."""
    unplaced = sum(count.held - count.placed for count in counts if count.kind)
    if unplaced == len(faults):
        return _("本站收录的内容里，有 %(count)s 项没有写明出处，逐项列在下面。") % {"count": unplaced}
    return _("本站收录的内容里，有 %(count)s 处出处或序号不全，逐项列在下面。") % {"count": len(faults)}
