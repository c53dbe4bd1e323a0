"""Addresses of seals and receipts within a plan."""

from django.urls import path

from planportal.audit import views

urlpatterns = [
    path("data/history-head.json", views.history_head, name="history-head"),
    path("receipts/<int:pk>/", views.receipt, name="receipt"),
]
