"""The user's own images, with or without labels."""
