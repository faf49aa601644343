"""What can be asked: the library of questions, SPARQL of one's own, and why the graph says so."""
