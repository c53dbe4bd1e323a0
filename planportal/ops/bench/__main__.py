"""`python -m planportal.ops.bench`, inside `planportal.ops.servers`."""

import sys

from planportal.ops.bench import pages

if __name__ == "__main__":
    sys.exit(pages.main())
