"""Official files from the web."""
