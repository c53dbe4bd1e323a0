"""The WSGI entry point of the web processes."""

import os

from django.core.wsgi import get_wsgi_application

from planportal.ops import envfile

envfile.load()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planportal.settings")

application = get_wsgi_application()
