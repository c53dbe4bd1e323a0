"""Search over everything that the plan's portal shows to the public."""
