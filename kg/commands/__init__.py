"""The commands: each takes parsed arguments, calls, reports, and returns an exit code."""
