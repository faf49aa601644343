"""What is wrong: diagnostics, SHACL engines, reports."""
