"""Self-contained HTML pages: no network, no plotting engine, whatever names they show."""
