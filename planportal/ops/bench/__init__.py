"""`make bench`: what pages, submissions, builds and recomputing cost, as ratios within one run."""
