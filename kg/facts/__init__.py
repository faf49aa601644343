"""What people write: YAML with positions, quotes and dates, read into tables."""
