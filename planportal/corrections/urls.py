"""Addresses of reports of what is wrong, within a plan."""

from django.urls import path

from planportal.corrections import views

urlpatterns = [
    path("correction/", views.correction, name="correction"),
    path("correction/<slug:reference>/", views.correction_status, name="correction-status"),
]
