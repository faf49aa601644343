"""Bulk files to the same tables as curated facts, each data set described by a YAML file."""
