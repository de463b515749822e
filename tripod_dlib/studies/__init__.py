"""Studies: many runs that belong together, planned, carried out and summed up."""
