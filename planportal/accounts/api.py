"""Cities and departments for reading; a token for those who sign in."""

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from knox.models import AuthToken
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from planportal.accounts.lockout import RETRY_AFTER, locked_fault
from planportal.accounts.models import City, Department, User
from planportal.plan.api import PlanText
from planportal.web.answers import Errors, StrictInput, StrictText
from planportal.web.api_errors import error_body
from planportal.web.lists import ListAnswer
from planportal.web.refusals import Fault


class CityOutput(serializers.ModelSerializer[City]):
    class Meta:
        model = City
        fields = ("code", "name")


class DepartmentOutput(serializers.ModelSerializer[Department]):
    class Meta:
        model = Department
        fields = ("code", "name")


class CityList(PlanText, ListAnswer):
    """The prefectures 市（地）."""

    queryset = City.objects.all()
    serializer_class = CityOutput
    csv_name = "cities"


class DepartmentList(PlanText, ListAnswer):
    """The departments that the plan names."""

    queryset = Department.objects.all()
    serializer_class = DepartmentOutput
    csv_name = "departments"


class CredentialsInput(StrictInput):
    username = StrictText(max_length=150)
    password = StrictText(max_length=1000, trim_whitespace=False)


class TokenOutput(serializers.Serializer[Any]):
    token = serializers.CharField()


class TokenView(APIView):
    """A token for a user name and a password: `Authorization: Token …` on every further request."""

    permission_classes = [AllowAny]
    authentication_classes = []

    @extend_schema(
        operation_id="auth_token_create",
        request=CredentialsInput,
        responses={
            200: TokenOutput,
            400: Errors,
            401: Errors,
            415: Errors,
            429: OpenApiResponse(Errors, description="locked; Retry-After 给出秒数"),
        },
    )
    def post(self, request: Request) -> Response:
        given = CredentialsInput(data=request.data)
        if not given.is_valid():
            self._refuse_unknown_fields(given)
            return _wrong_credentials()
        user = sign_in(request._request, given.validated_data)
        if user is LOCKED:
            return _locked()
        if not isinstance(user, User):
            return _wrong_credentials()
        return Response({"token": AuthToken.objects.create(user)[1]})

    @staticmethod
    def _refuse_unknown_fields(given: CredentialsInput) -> None:
        codes = {detail.code for details in given.errors.values() for detail in details}
        if "unknown_field" in codes:
            raise serializers.ValidationError(given.errors)


LOCKED = object()


def sign_in(request: HttpRequest, credentials: dict[str, Any]) -> Any:
    """The user of these credentials, None where they are wrong, LOCKED after too many failures."""
    # A path other than the sign-in page's must count for the same lock.
    AxesProxyHandler.update_request(request)
    if not AxesProxyHandler.is_allowed(request, credentials):
        return LOCKED
    return authenticate(request, **credentials)


def _wrong_credentials() -> Response:
    body = error_body(Fault("", "wrong_credentials", _("用户名或密码不正确。")))
    return Response(body, status=401, headers={"WWW-Authenticate": "Token"})


def _locked() -> Response:
    return Response(error_body(locked_fault()), status=429, headers={"Retry-After": RETRY_AFTER})
