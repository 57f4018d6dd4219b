"""Imported by a program."""
