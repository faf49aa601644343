"""What leaves the project for other tools: tables, descriptions, citations, releases."""
