"""The WSGI entry point for any web server."""

import os
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuppence.settings")


def _application() -> Any:
    django_application = get_wsgi_application()
    # Its imports need the rooms, which are only set up now.
    from tuppence.api.fast_route import with_fast_route

    return with_fast_route(django_application)


application = _application()
