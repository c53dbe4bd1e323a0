"""What is untidy in the text of the one plan that the parser knows, and how the portal takes it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from planportal.plan.models import Plan
from planportal.plan.mount import plan_reverse


@dataclass(frozen=True)
class Oddity:
    """What is odd, and the address of where it stands in the plan; "" where that is not known."""

    said: str
    address: str = ""


def oddities_of(plan: Plan) -> list[Oddity]:
    """The oddities of that plan; none are known of another."""
    return list(_known(plan)) if plan.is_parsed else []


def _known(plan: Plan) -> Iterator[Oddity]:
    places = {one.number: one.place for one in plan.directions.filter(number__in=(1, 130, 266, 355))}

    def of_direction(number: int, said: str) -> Oddity:
        place = places.get(number)
        if place is None or not place.part or place.line is None:
            return Oddity(said)
        return Oddity(said, f"{plan_reverse(plan, 'plan-part', place.part)}#line-{place.line}")

    yield of_direction(
        355, _("附件1 第 355 项和第 362 项的文字完全相同。规划就是这样印的，两项都保留，各有各的序号。")
    )
    yield of_direction(266, _("附件1 第 266 项的序号印作“266 .”，按 266 收录。"))
    yield of_direction(130, _("附件1 第 130 项的名称后面多一个空格，收录时去掉首尾空白，其余文字不动。"))
    yield of_direction(1, _("附件1 的领域名称竖排，一个字占一行，最后一个字与该领域第一项同行；收录时合成一个名称。"))
    yield Oddity(
        _(
            "第一章说到 2015 年八大科技平台已相继建成，第五章列出八个平台，附件2 列出七个。"
            "本站收录附件2 的七个，指标“建设7个‘互联网＋’技术服务平台”从 0 起计。"
        )
    )
    yield Oddity(_("第三章的标题（如“发展新材料技术”）与附件1 的领域名称（“新材料”）不同，按次序一一对应。"))
