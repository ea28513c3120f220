"""Directives and the catalog."""
