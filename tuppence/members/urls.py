"""Addresses of the room's own pages."""

from django.urls import path

from tuppence.members import views

app_name = "members"
urlpatterns = [
    path("documents/<int:document_id>/", views.download_document, name="document"),
    path("documents/<int:document_id>/picture/", views.picture, name="picture"),
    path("act-for/", views.act_for, name="act_for"),
]
