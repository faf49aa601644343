"""Triples to files and stores: terms, formats, writers."""
