"""Addresses of figures, seals and receipts within a plan."""

from django.urls import path

from planportal.audit import figure_views, views

urlpatterns = [
    path("targets/<slug:code>/figures/<int:pk>/", figure_views.figure_detail, name="figure-detail"),
    path("data/history-head.json", views.history_head, name="history-head"),
    path("receipts/<int:pk>/", views.receipt, name="receipt"),
]
