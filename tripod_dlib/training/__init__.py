"""Training: fit from evaluation to evaluation, checkpoints, resume, the report."""
