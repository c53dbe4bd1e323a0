#!/usr/bin/env python3
"""Django's command line, reading var/env first where the real environment is silent."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from planportal.ops import envfile


def main() -> None:
    envfile.load()
    envfile.load(envfile.SERVED)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planportal.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"portal: {error}")


if __name__ == "__main__":
    main()
