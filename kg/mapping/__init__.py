"""Tables to triples: ids, ranks, templates and their expansion over whole columns."""
