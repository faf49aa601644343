"""Answers for Python: data frames, and what shows well in a notebook."""
