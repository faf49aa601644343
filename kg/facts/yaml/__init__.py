"""YAML read with positions: every scalar a string, every trap refused."""
