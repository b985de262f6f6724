"""All addresses: the API where it is installed, signing in, and the pages."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

handler500 = "tuppence.web.views.failed.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    path("members/", include("tuppence.members.urls")),
    path("", include("tuppence.web.urls")),
]

if find_spec("tuppence.api.urls"):
    urlpatterns.insert(0, path("api/", include("tuppence.api.urls")))
