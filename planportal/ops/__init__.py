"""The machine under the portal: its environment, its set-up, its processes."""
