"""From a dataset and a representation to scores: draw sources, encode once, apply metrics."""
