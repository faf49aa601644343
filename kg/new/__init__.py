"""Beginnings: new projects, drafts of facts, and the schemas that editors read beside them."""
