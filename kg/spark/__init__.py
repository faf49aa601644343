"""Imports on a cluster: Apache Spark reads, shuffles and retries, the mapper is the same."""
