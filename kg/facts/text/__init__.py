"""Archived texts, and the proof that quotes and words stand in them."""
