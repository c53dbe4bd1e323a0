"""The API's addresses, under /api/v1/ of each plan."""

from django.urls import path

from alliances.api import AllianceList
from fields.api import DirectionList, FieldList
from planportal.accounts.api import CityList, DepartmentList, TokenView
from planportal.plan.api import PlanList
from planportal.portal.api_root import ApiRoot, SchemaView
from planportal.reporting.api import TaskList
from planportal.search.api import SearchList
from platforms.api import PlatformList
from targets import api, city_api, figure_api

urlpatterns = [
    path("", ApiRoot.as_view(), name="api-root"),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("auth/token/", TokenView.as_view(), name="api-token"),
    path("plans/", PlanList.as_view(), name="api-plans"),
    path("goals/", api.GoalList.as_view(), name="api-goals"),
    path("targets/", api.TargetList.as_view(), name="api-targets"),
    path("targets/<slug:code>/", api.TargetDetail.as_view(), name="api-target"),
    path("targets/<slug:code>/figures/", api.TargetFigureList.as_view(), name="api-target-figures"),
    path("targets/<slug:code>/amendments/", api.TargetAmendmentList.as_view(), name="api-target-amendments"),
    path("changes/", api.ChangeList.as_view(), name="api-changes"),
    path("dashboard/", api.DashboardView.as_view(), name="api-dashboard"),
    path("fields/", FieldList.as_view(), name="api-fields"),
    path("directions/", DirectionList.as_view(), name="api-directions"),
    path("alliances/", AllianceList.as_view(), name="api-alliances"),
    path("platforms/", PlatformList.as_view(), name="api-platforms"),
    path("cities/", CityList.as_view(), name="api-cities"),
    path("cities/<slug:code>/", city_api.CityDetail.as_view(), name="api-city"),
    path("departments/", DepartmentList.as_view(), name="api-departments"),
    path("tasks/", TaskList.as_view(), name="api-tasks"),
    path("figures/", figure_api.FigureList.as_view(), name="api-figures"),
    path("figures/<int:pk>/", figure_api.FigureDetail.as_view(), name="api-figure"),
    path("figures/<int:pk>/submit/", figure_api.SubmitView.as_view(), name="api-figure-submit"),
    path("figures/<int:pk>/approve/", figure_api.ApproveView.as_view(), name="api-figure-approve"),
    path("figures/<int:pk>/return/", figure_api.ReturnView.as_view(), name="api-figure-return"),
    path("figures/<int:pk>/withdraw/", figure_api.WithdrawView.as_view(), name="api-figure-withdraw"),
    path("search/", SearchList.as_view(), name="api-search"),
]
