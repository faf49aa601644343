"""Bulk files to tables: synthetic fixtures with known answers, and the same checks on real rows."""
