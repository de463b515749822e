"""Datasets of their authors' files: what each is, where it lies, what is checked."""
