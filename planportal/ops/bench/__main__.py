"""`python -m planportal.ops.bench`, inside `planportal.ops.servers`: pages first, then submissions at each scale."""

import argparse
import os
import sys
from collections.abc import Sequence

from planportal.ops.bench import pages, recomputing, searching, stages, submissions, throughput, weights
from planportal.ops.bench.ratios import read_scales
from planportal.ops.serving import NotServedError
from planportal.ops.suite import SETTINGS

SCALES = "1,31,310"


def main(arguments: Sequence[str]) -> int:
    """Measures everything and prints it part by part; the exit code."""
    parser = argparse.ArgumentParser(prog="bench", description="What pages, submissions and recomputing cost.")
    parser.add_argument(
        "--scales", default=SCALES, metavar="N,N", help=f"provinces' worth of data (default: {SCALES})"
    )
    asked = parser.parse_args(arguments)
    try:
        scales = read_scales(asked.scales)
    except ValueError as error:
        parser.error(str(error))
    os.environ.update(SETTINGS, LOG_LEVEL="ERROR", PORTAL_DEMO_PASSWORD=stages.PASSWORD)
    pages.prepare()
    try:
        pages.report()
        pages.manage("seed", "--demo")
        weights.report(stages.PASSWORD)
        searching.report()
        found = stages.prepared(scales)
        recomputing.report(found)
        with stages.running(found) as served:
            submissions.report(served)
            throughput.report(served[-1])
    except NotServedError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
