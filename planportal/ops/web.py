"""The application as a web worker loads it: outside the terminal's process group.

Ctrl-C reaches every process of that group, and granian's parent then tells its workers to end as well; a
worker that is told twice may never end. So only the parent hears the terminal.
"""

import os

from planportal.wsgi import application

__all__ = ["application"]

os.setpgrp()
