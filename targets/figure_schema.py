"""How the changes of figures are described in the API's schema: their headers and their answers."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiParameter, extend_schema

from planportal.web.answers import Errors
from targets import receipts, replays
from targets.outputs import FigureOutput

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description='所依据的版本，例如 "3"；缺少为 428，过时为 412',
)
IDEMPOTENCY_KEY = OpenApiParameter(
    replays.HEADER,
    {"type": "string", "pattern": "^[!-~]{1,200}$"},
    OpenApiParameter.HEADER,
    description="重发同一请求时不变的一个值，30 天内不重复执行，答复与第一次相同；用于另一请求为 422",
)
RECEIPT = OpenApiParameter(
    receipts.HEADER,
    {"type": "string", "pattern": "^[1-9][0-9]*-[0-9a-f]{8}$"},
    OpenApiParameter.HEADER,
    required=True,
    response=[200, 201],
    description="这一步的回执：编号，以及内容的 SHA-256 的前 8 位；与 /receipts/ 下的同号页面一致",
)
F = TypeVar("F", bound=Callable[..., Any])


class StaleOutput(Errors):
    """412: the errors, and the figure as it stands now."""

    current = FigureOutput()


def change_schema(name: str, request: Any) -> Callable[[F], F]:
    """Describes a change of one figure on a named version."""
    described: Callable[[F], F] = extend_schema(
        operation_id=f"figures_{name}",
        parameters=[IF_MATCH, IDEMPOTENCY_KEY, RECEIPT],
        request=request,
        responses={
            200: FigureOutput,
            400: Errors,
            401: Errors,
            403: Errors,
            404: Errors,
            409: Errors,
            412: StaleOutput,
            415: Errors,
            422: Errors,
            428: Errors,
            503: Errors,
        },
    )
    return described
