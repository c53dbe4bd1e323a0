"""Figures for those who enter and review them: drafts, edits and steps, each on a named version."""

import json
import re
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from planportal.accounts.models import City, User
from planportal.plan.mount import plan_of
from planportal.web.answers import DatedAnswer, Errors, StrictFlag, StrictInput, StrictText, StrictWhole
from planportal.web.lists import ListAnswer, refuse_unknown
from planportal.web.refusals import Refusal
from targets import permissions, receipts, replays, services
from targets.figure_rules import Content
from targets.figure_schema import IDEMPOTENCY_KEY, RECEIPT, change_schema
from targets.filters import FigureFilter
from targets.models import Figure, Replay, State, Target
from targets.outputs import FigureOutput
from targets.services import Keep
from targets.transitions import Action

ENTITY_TAG = re.compile(r'\s*(?:W/)?"([^"]*)"\s*')


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "pattern": r"^-?[0-9]{1,11}(\.[0-9]{1,4})?$"},
            {"type": "number", "minimum": 0, "maximum": 99999999999},
        ]
    }
)
class FigureValue(serializers.Field[Any, Any, Any, Any]):
    """The value as given; what it must be is decided by the figure's rules, for every way in."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        return data


class ContentInput(StrictInput):
    """What a PATCH may change."""

    value = FigureValue(required=False)
    basis = StrictText(required=False, allow_blank=True, max_length=20)
    provisional = StrictFlag(required=False)
    source = StrictText(required=False, allow_blank=True, max_length=500)  # type: ignore[assignment]
    note = StrictText(required=False, allow_blank=True, max_length=1000)
    reason = StrictText(required=False, allow_blank=True, max_length=1000)
    cause = StrictText(required=False, allow_blank=True, max_length=20)


class FigureKey(serializers.Serializer[Any]):
    """What a figure is about; `area` is a city's code, null or absent for the province."""

    target = StrictText(max_length=50)
    year = StrictWhole(min_value=1, max_value=9999)
    area = StrictText(required=False, allow_null=True, max_length=6)
    basis = StrictText(required=False, allow_blank=True, max_length=20)

    def validate_target(self, code: str) -> Target:
        targets: dict[str, Target] = self.context["targets"]
        if code not in targets:
            message = _("没有指标“%(code)s”，可用：%(known)s。") % {"code": code, "known": "、".join(targets)}
            raise serializers.ValidationError(message, code="unknown_target")
        return targets[code]

    def validate_area(self, code: str | None) -> City | None:
        if code is None:
            return None
        city = City.objects.filter(code=code).first()
        if city is None:
            known = "、".join(City.objects.values_list("code", flat=True))
            message = _("没有行政区划代码“%(code)s”，可用：%(known)s。") % {"code": code, "known": known}
            raise serializers.ValidationError(message, code="unknown_area")
        return city


class FigureInput(FigureKey, ContentInput):
    """A new figure."""

    value = FigureValue()


class OptionalReasonInput(StrictInput):
    reason = StrictText(default="", allow_blank=True, max_length=1000)


class ReasonInput(StrictInput):
    """As described; read as OptionalReasonInput, so that an absent reason is refused like an empty one."""

    reason = StrictText(max_length=1000)


class NothingInput(StrictInput):
    """An empty body, or {}."""


class FigureAnswer(APIView):
    """What all answers with one figure share: how it is written, its ETag, and the version a change was made on."""

    request: Request
    unreadable: APIException | None = None

    def represent(self, figure: Figure) -> dict[str, Any]:
        """The figure as the API writes it."""
        return dict(FigureOutput(figure).data)

    def answer(self, figure: Figure, status: int = 200) -> Response:
        return Response(self.represent(figure), status=status, headers={"ETag": f'"{figure.version}"'})

    def answer_change(self, figure: Figure, status: int = 200) -> Response:
        """The figure after a step, with the step's receipt."""
        response = self.answer(figure, status)
        response[receipts.HEADER] = receipts.receipt_of_step(figure=figure.pk, version=figure.version).code
        return response

    def person(self) -> User:
        if not isinstance(self.request.user, User):
            raise NotAuthenticated
        return self.request.user

    def figure(self, pk: int, user: User | None) -> Figure:
        """The figure, or 404 where it is not there or not for this person."""
        figures = Figure.objects.filter(target__plan=plan_of(self.request)).visible_to(user).shown()
        return get_object_or_404(figures, pk=pk)

    def version_named(self, figure: Figure) -> int | None:
        """The version of If-Match, weak or strong; None where there is no header, -1 where none of its tags holds."""
        header = self.request.headers.get("If-Match", "").strip()
        if not header:
            return None
        tags = [match.group(1) for match in map(ENTITY_TAG.fullmatch, header.split(",")) if match]
        return figure.version if header == "*" or str(figure.version) in tags else -1

    def admitted(self, figure: Figure, action: str) -> int:
        """The version to change, once person, version and state allow the step; before the body is looked at."""
        version = self.version_named(figure)
        services.figure_admit(action, by=self.person(), figure=figure, if_version=version)
        assert version is not None
        return version

    def asked_once(self) -> replays.Request | None:
        """What the caller named with an Idempotency-Key; None without one."""
        header = self.request.headers.get(replays.HEADER)
        if header is None:
            return None
        try:
            body = self.body()
        except APIException:
            # It will be refused for what it is, and a refusal is never kept; it only must equal nothing that is.
            body = object()
        fingerprint = replays.fingerprint_of(self.request.method or "", self.request.path, body)
        return replays.Request(self.person(), replays.read_key(header), fingerprint)

    def keeping(self, asked: replays.Request | None, status: int = 200) -> Keep:
        """What keeps the answer to a request that may come again."""

        def keep(figure: Figure) -> None:
            if asked is not None:
                body = JSONRenderer().render(self.represent(figure)).decode()
                asked.keep(status=status, etag=f'"{figure.version}"', body=body)

        return keep

    def changed_once(self, figure: Figure, action: str, change: Callable[[Keep], Response]) -> Response:
        """The answer to a change of a figure; that of the first time where the request came before."""
        if replays.HEADER not in self.request.headers:
            return change(services.keep_nothing)
        services.figure_admit_person(action, by=self.person(), figure=figure)
        asked = self.asked_once()
        return once(asked, lambda: change(self.keeping(asked)))

    def body(self) -> Any:
        """The JSON of the request; no body at all is an empty object.

        Raises what is wrong with it each time: DRF raises once, and then takes what it could not read for nothing.
        """
        if self.unreadable is not None:
            raise self.unreadable
        try:
            data = self.request.data
        except APIException as error:
            self.unreadable = error
            raise
        # DRF reads a form where the type says form and there is no body to parse.
        return {} if isinstance(data, QueryDict) else data

    def given(self, serializer_class: type[StrictInput], **context: Any) -> dict[str, Any]:
        serializer = serializer_class(data=self.body(), context=context)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


def answer_again(kept: Replay) -> Response:
    """The answer that a request got when it came first."""
    figure = json.loads(kept.body)
    # Which step it was the body says, and a step's receipt never changes.
    receipt = receipts.receipt_of_step(figure=figure["id"], version=figure["version"])
    headers = {"ETag": kept.etag, "Idempotent-Replayed": "true", receipts.HEADER: receipt.code}
    return Response(figure, status=kept.status, headers=headers)


def once(asked: replays.Request | None, work: Callable[[], Response]) -> Response:
    """Does the work, unless the same request was answered before or is, by another process, meanwhile."""
    if asked is None:
        return work()
    if kept := asked.earlier():
        return answer_again(kept)
    try:
        return work()
    except (Refusal, APIException):
        # Of two at once the later one may meet what the earlier one did: that is its answer too.
        if kept := asked.earlier():
            return answer_again(kept)
        raise


class FigureList(FigureAnswer, DatedAnswer, ListAnswer):
    """The figures that the caller may see; and a new one as a draft."""

    queryset = Figure.objects.none()
    serializer_class = FigureOutput
    filterset_class = FigureFilter
    csv_name = "figures"

    def get_queryset(self) -> QuerySet[Any]:
        figures = Figure.objects.filter(target__plan=plan_of(self.request)).visible_to(self.person())
        return figures.shown().order_by("pk")

    @extend_schema(
        operation_id="figures_create",
        parameters=[IDEMPOTENCY_KEY, RECEIPT],
        request=FigureInput,
        responses={
            201: FigureOutput,
            400: Errors,
            401: Errors,
            403: Errors,
            409: Errors,
            415: Errors,
            422: Errors,
            503: Errors,
        },
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        by = self.person()
        targets = {target.code: target for target in plan_of(request).targets.select_related("plan", "department")}
        self._refuse_person(by, targets)
        asked = self.asked_once()
        return once(asked, lambda: self._draft(by, targets, self.keeping(asked, status=201)))

    def _draft(self, by: User, targets: dict[str, Target], keep: Keep) -> Response:
        serializer = FigureInput(data=self.body(), context={"targets": targets})
        if not serializer.is_valid():
            self._refuse_open(by, targets)
            raise serializers.ValidationError(serializer.errors)
        given = dict(serializer.validated_data)
        figure = services.figure_draft(
            by=by,
            target=given.pop("target"),
            city=given.pop("area", None),
            year=given.pop("year"),
            content=Content(**given),
            keep=keep,
        )
        return self.answer_change(Figure.objects.shown().get(pk=figure.pk), status=201)

    def _refuse_person(self, by: User, targets: dict[str, Target]) -> None:
        """403 comes before 400: who may not enter this target's figures is told so whatever else is wrong."""
        try:
            body = self.body()
        except APIException:
            permissions.refuse_read_only(by)
            raise
        code = body.get("target") if isinstance(body, dict) else None
        if isinstance(code, str) and code in targets:
            services.figure_draft_admit(by=by, target=targets[code])
        else:
            permissions.refuse_read_only(by)

    def _refuse_open(self, by: User, targets: dict[str, Target]) -> None:
        """409 comes before 400: where the key is readable, an open figure is told before what else is wrong."""
        key = FigureKey(data=self.body(), context={"targets": targets})
        if key.is_valid():
            services.figure_draft_admit(by=by, **key.validated_data)


class FigureDetail(FigureAnswer, DatedAnswer):
    """One figure; a draft or a returned one can be changed."""

    def get_permissions(self) -> list[Any]:
        return [AllowAny()] if self.request.method in {"GET", "HEAD"} else [IsAuthenticated()]

    @extend_schema(operation_id="figures_retrieve", responses={200: FigureOutput, 401: Errors, 404: Errors})
    def get(self, request: Request, pk: int) -> Response:
        """Approved figures are public; of any other the public learns only that it must sign in."""
        refuse_unknown(request, ())
        if isinstance(request.user, User):
            return self.answer(self.figure(pk, request.user))
        approved = Figure.objects.filter(pk=pk, target__plan=plan_of(request), state=State.APPROVED).shown().first()
        if approved is None:
            raise NotAuthenticated
        return self.answer(approved)

    @change_schema("partial_update", ContentInput)
    def patch(self, request: Request, pk: int) -> Response:
        by = self.person()
        figure = self.figure(pk, by)
        return self.changed_once(figure, Action.EDITED, lambda keep: self._edit(by, figure, keep))

    def _edit(self, by: User, figure: Figure, keep: Keep) -> Response:
        version = self.admitted(figure, Action.EDITED)
        changes = self.given(ContentInput)
        edited = services.figure_edit(by=by, figure=figure, if_version=version, changes=changes, keep=keep)
        return self.answer_change(edited)


class StepView(FigureAnswer):
    """One step of a figure: right, version and state are looked at before the input, as for every change."""

    action: str
    input_class: type[StrictInput] = OptionalReasonInput
    service: Callable[..., Figure]

    def answer_step(self, pk: int) -> Response:
        by = self.person()
        figure = self.figure(pk, by)
        return self.changed_once(figure, self.action, lambda keep: self._take(by, figure, keep))

    def _take(self, by: User, figure: Figure, keep: Keep) -> Response:
        version = self.admitted(figure, self.action)
        given = self.given(self.input_class)
        return self.answer_change(self.service(by=by, figure=figure, if_version=version, keep=keep, **given))


class SubmitView(StepView):
    action = Action.SUBMITTED
    service = staticmethod(services.figure_submit)

    @change_schema("submit", OptionalReasonInput)
    def post(self, request: Request, pk: int) -> Response:
        """Hands a draft or a returned figure to review."""
        return self.answer_step(pk)


class ApproveView(StepView):
    action = Action.APPROVED
    input_class = NothingInput
    service = staticmethod(services.figure_approve)

    @change_schema("approve", NothingInput)
    def post(self, request: Request, pk: int) -> Response:
        """Puts a submitted figure in force; where two levels are asked for, the first approval leaves it submitted."""
        return self.answer_step(pk)


class ReturnView(StepView):
    action = Action.RETURNED
    service = staticmethod(services.figure_return)

    @change_schema("return", ReasonInput)
    def post(self, request: Request, pk: int) -> Response:
        """Sends a submitted figure back with a reason."""
        return self.answer_step(pk)


class WithdrawView(StepView):
    action = Action.WITHDRAWN
    service = staticmethod(services.figure_withdraw)

    @change_schema("withdraw", ReasonInput)
    def post(self, request: Request, pk: int) -> Response:
        """Ends a figure that is not yet approved."""
        return self.answer_step(pk)
