"""Studies: which models are trained on which datasets, and how they are evaluated."""
