"""The WSGI entry point for any web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuppence.settings")

application = get_wsgi_application()
