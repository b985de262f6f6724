"""The WSGI entry point for any web server."""

import os
from typing import Any

from django.core.wsgi import get_wsgi_application

from tuppence.behind_proxy import behind_proxy

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuppence.settings")


def _application() -> Any:
    django_application = get_wsgi_application()
    # Its imports need the rooms, which are only set up now.
    from django.conf import settings

    from tuppence.api.fast_route import with_fast_route
    from tuppence.web.measuring.beacon import with_beacon

    application = with_beacon(with_fast_route(django_application))
    return behind_proxy(application) if settings.HTTPS else application


application = _application()
