"""Parley: what news articles report about meetings, calls and visits, as a knowledge graph."""
