"""A file of a dependency."""
