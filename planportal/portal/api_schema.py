"""What the API's description needs beyond serializers and filters: signing in, lists as CSV, errors, headers."""

from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from planportal.web.answers import DatedAnswer, Errors, StrictInput
from planportal.web.lists import ListAnswer

PREFIXED = "/p/{plan_code}/"
# What an operation does, for the reader of the API's page; docstrings are for those who read the code.
SUMMARIES = {
    "root_retrieve": "接口目录",
    "schema_retrieve": "本说明（OpenAPI 3.1）",
    "auth_token_create": "用户名和密码换取认证令牌",
    "plans_list": "规划",
    "goals_list": "目标群",
    "targets_list": "指标",
    "targets_retrieve": "一个指标",
    "targets_figures_list": "一个指标的全部已审核数据（含已被更正的）",
    "targets_amendments_list": "一个指标经决定作出的全部目标调整",
    "changes_list": "已审核数据的更正",
    "dashboard_retrieve": "规划进展",
    "fields_list": "优先领域",
    "directions_list": "研发方向（附件1）",
    "alliances_list": "产业技术创新联盟（附件3）",
    "platforms_list": "科技创新平台（附件2）",
    "cities_list": "市（地）",
    "cities_retrieve": "一个市（地）各指标的最新数据、较上年变化、占全省比重和位次",
    "departments_list": "单位",
    "tasks_list": "本单位的填报任务",
    "figures_list": "本人可见的数据",
    "figures_create": "新建一条数据（草稿）",
    "figures_retrieve": "一条数据",
    "figures_partial_update": "修改草稿或已退回的数据",
    "figures_submit": "报送",
    "figures_approve": "审核通过",
    "figures_return": "退回",
    "figures_withdraw": "撤销尚未通过的数据",
    "search_list": "检索规划和本站（结果按相关程度排列）",
}
MARKS_OF_LISTS = [OpenApiParameter("format", {"type": "string", "enum": ["json", "csv"]})]
DATES = {
    "Data-As-Of": {
        "description": "数据截至的时间（所示内容中最早一次计算）",
        "schema": {"type": "string", "format": "date-time"},
        "required": True,
    },
    "Data-Pending": {
        "description": "是否有更新的数据正在计算",
        "schema": {"type": "string", "enum": ["true", "false"]},
        "required": True,
    },
}


def only_one_mount(endpoints: list[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    """The same API stands under /p/<plan-code>/ too; it is described once."""
    return [endpoint for endpoint in endpoints if not endpoint[0].startswith(PREFIXED)]


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Token …`, as auth/token/ gives it."""

    target_class = "planportal.accounts.authentication.ApiTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "Token，一个空格，再加 auth/token/ 给出的认证令牌",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The signed-in browser reads without a token; programs use tokens, so nothing is described."""

    target_class = "planportal.accounts.authentication.SessionReadAuthentication"
    name: list[str] = []

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, str]]:
        return []

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[dict[str, list[str]]]:
        return []


class PortalSchema(AutoSchema):
    """Adds what is so everywhere: a list's CSV form, dates of data, and the errors of any request."""

    def _is_list(self) -> bool:
        return isinstance(self.view, ListAnswer) and self.method == "GET"

    def get_override_parameters(self) -> list[Any]:
        given = super().get_override_parameters()
        return [*given, *MARKS_OF_LISTS] if self._is_list() else given

    def _get_filter_parameters(self) -> list[dict[str, Any]]:
        """A filter that a form sends empty filters nothing."""
        filters: list[dict[str, Any]] = super()._get_filter_parameters()  # type: ignore[no-untyped-call]
        return [parameter | {"allowEmptyValue": True} for parameter in filters]

    def get_summary(self) -> str:
        """What the operation does; an operation without a sentence is a mistake that stops the schema."""
        return SUMMARIES[self.get_operation_id()]

    def get_description(self) -> str:  # type: ignore[override]
        return ""

    def _map_basic_serializer(self, serializer: Any, direction: str) -> dict[str, Any]:
        schema: dict[str, Any] = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        schema.pop("description", None)
        return schema | {"additionalProperties": False} if isinstance(serializer, StrictInput) else schema

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        if self._is_list():
            bodies["200"]["content"]["text/csv"] = {"schema": {"type": "string"}}
            bodies |= self._errors("404")
        if isinstance(self.view, DatedAnswer) and self.method == "GET":
            bodies["200"]["headers"] = bodies["200"].get("headers", {}) | DATES
        # Bad text in an address and a bad token are refused by every answer.
        return dict(sorted((self._errors("400", "401") | bodies).items()))

    def _errors(self, *statuses: str) -> dict[str, Any]:
        return {status: self._get_response_for_code(Errors, status) for status in statuses}  # type: ignore[no-untyped-call]
