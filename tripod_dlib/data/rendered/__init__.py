"""Datasets that are made here."""
