"""A file of the extension."""
