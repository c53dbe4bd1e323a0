"""The plan's lists that are there to download, as CSV and as JSON."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from planportal.plan.models import Plan
from planportal.plan.mount import plan_reverse

# By the name of the API address, in the order of the page that offers them: what a list is called, what it holds.
_WORDS = {
    "api-plans": (_("规划"), _("名称、起止年份、印发日期")),
    "api-goals": (_("目标群"), _("序号、名称、所含指标")),
    "api-targets": (_("目标指标"), _("目标值、规划所载基期值、单位、类型、责任单位、原文条款")),
    "api-changes": (_("更正记录"), _("日期、指标、年份、范围、口径、原值、新值、更正原因、理由")),
    "api-fields": (_("优先领域"), _("名称、研发方向的起止编号和个数")),
    "api-directions": (_("研发方向"), _("编号、名称、所属领域（附件1）")),
    "api-platforms": (_("“互联网＋”平台"), _("序号、名称")),
    "api-alliances": (_("产业技术创新联盟"), _("序号、名称、级别（附件3）")),
    "api-cities": (_("市（地）"), _("行政区划代码、名称")),
    "api-departments": (pgettext_lazy("organisation", "单位"), _("代码、名称")),
}


@dataclass(frozen=True)
class Download:
    """A list of the API as a download: what it is called, what it holds, where it is."""

    name: str
    holds: str
    address: str


def downloads(plan: Plan) -> list[Download]:
    """Every list of the plan."""
    return [download(plan, address) for address in _WORDS]


def download(plan: Plan, address: str) -> Download:
    """The list by the name of its API address."""
    name, holds = _WORDS[address]
    return Download(str(name), str(holds), plan_reverse(plan, address))
