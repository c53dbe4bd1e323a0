"""`make chaos`: the portal's processes, broken on purpose under load, and judged by what their clients were told."""
