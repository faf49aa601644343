"""The explorer: the graph as pages for readers, written to a folder or served live."""
