"""The API's root, which names its parts, and its schema."""

from typing import Any

from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from planportal.plan.mount import plan_of, plan_reverse

PARTS = (
    "plans",
    "goals",
    "targets",
    "changes",
    "dashboard",
    "fields",
    "directions",
    "alliances",
    "platforms",
    "cities",
    "departments",
    "tasks",
    "figures",
    "schema",
    "search",
)


class ApiRoot(APIView):
    """The addresses of the API's parts."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="root_retrieve",
        responses={200: {"type": "object", "additionalProperties": {"type": "string"}}},
    )
    def get(self, request: Request) -> Response:
        plan = plan_of(request)
        return Response({part: request.build_absolute_uri(plan_reverse(plan, f"api-{part}")) for part in PARTS})


class SchemaView(SpectacularJSONAPIView):
    """The API's description as OpenAPI 3.1."""

    renderer_classes = [JSONRenderer]

    @extend_schema(operation_id="schema_retrieve", responses={200: {"type": "object"}})
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        # The file name that it proposes is the Chinese title, which no plain header can carry.
        del response["Content-Disposition"]
        return response
