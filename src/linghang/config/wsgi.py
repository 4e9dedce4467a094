"""The WSGI application that the supervisor serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import resolve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linghang.config.settings")
application = get_wsgi_application()
resolve("/")  # reads every address with its pages and permissions now, or the first visitors would wait for it
