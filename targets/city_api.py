"""One prefecture by API: the latest figure of each target, its yearly change, its share of the province, its rank."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from planportal.accounts.models import City
from planportal.plan.mount import plan_of
from planportal.web.answers import DatedAnswer, Errors
from planportal.web.lists import refuse_unknown
from targets.api import CODE
from targets.areas import CityFigure, read_area_figures
from targets.models import Target
from targets.outputs import Measured
from targets.questions import read_question
from targets.values import written


class CityTargetOutput(serializers.Serializer[Any]):
    """A target of a prefecture; only described here, written by `target_body`."""

    code = serializers.CharField()
    year = serializers.IntegerField(allow_null=True)
    value = Measured()
    yearly_change = Measured()
    share_pct = Measured()
    rank = serializers.IntegerField(allow_null=True)


class CityDetailOutput(serializers.Serializer[Any]):
    """A prefecture's latest figures up to a year."""

    code = serializers.CharField()
    name = serializers.CharField()
    as_of_year = serializers.IntegerField()
    targets = CityTargetOutput(many=True)


class CityDetail(DatedAnswer):
    """A prefecture; its figures are read as they stand, so nothing of them is ever pending."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="cities_retrieve",
        parameters=[
            CODE,
            OpenApiParameter("as_of_year", {"type": "integer", "minimum": 2016, "maximum": 999999999}),
        ],
        responses={200: CityDetailOutput, 400: Errors, 404: Errors},
    )
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown(request, ("as_of_year",))
        plan = plan_of(request)
        city = get_object_or_404(City, code=code)
        question = read_question(plan, request.query_params, signed_in=False)
        areas = read_area_figures(plan, question)
        return Response(
            {
                "code": city.code,
                "name": city.name,
                "as_of_year": question.as_of_year,
                "targets": [target_body(one.target, one.latest(city)) for one in areas.by_target],
            }
        )


def target_body(target: Target, latest: CityFigure | None) -> dict[str, Any]:
    """A target of a prefecture as the contract writes it.

    `year` is the latest one up to the asked one, the base year included, that the prefecture has a figure in force
    for; without any all is null. `value` is that year's own figure, an increment too. `yearly_change` is the exact
    difference of two figures, so it has the target's decimals. `rank` is among those that reported that year.
    """
    if latest is None:
        return {"code": target.code} | dict.fromkeys(("year", "value", "yearly_change", "share_pct", "rank"))
    figure = latest.figure
    return {
        "code": target.code,
        "year": figure.year,
        "value": written(figure.value, target.decimals),
        "yearly_change": written(figure.yearly_change, target.decimals),
        "share_pct": written(figure.share_pct, 1),
        "rank": figure.rank,
    }
