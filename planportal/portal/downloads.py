"""The plan's lists that are there to download, as CSV and as JSON."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from planportal.plan.models import Plan
from planportal.plan.mount import plan_reverse


@dataclass(frozen=True)
class Download:
    """A list of the API as a download: what it is called, what it holds, where it is."""

    name: str
    holds: str
    address: str


def downloads(plan: Plan) -> list[Download]:
    """Every list of the plan in the order of the page that offers them."""
    return [_download(plan, address, name, holds) for address, (name, holds) in _words().items()]


def download(plan: Plan, address: str) -> Download:
    """The list by the name of its API address."""
    return _download(plan, address, *_words()[address])


def _download(plan: Plan, address: str, name: str, holds: str) -> Download:
    return Download(name, holds, plan_reverse(plan, address))


def _words() -> dict[str, tuple[str, str]]:
    return {
        "api-plans": (_("规划"), _("名称、起止年份、印发日期")),
        "api-goals": (_("目标群"), _("序号、名称、所含指标")),
        "api-targets": (_("目标指标"), _("目标值、规划所载基期值、单位、类型、责任单位、原文条款")),
        "api-changes": (_("更正记录"), _("日期、指标、年份、范围、口径、原值、新值、更正原因、理由")),
        "api-fields": (_("优先领域"), _("名称、研发方向的起止编号和个数")),
        "api-directions": (_("研发方向"), _("编号、名称、所属领域（附件1）")),
        "api-platforms": (_("“互联网＋”平台"), _("序号、名称（附件2）")),
        "api-alliances": (_("产业技术创新联盟"), _("序号、名称、级别（附件3）")),
        "api-cities": (_("市（地）"), _("行政区划代码、名称")),
        "api-departments": (pgettext("organisation", "单位"), _("代码、名称")),
    }
