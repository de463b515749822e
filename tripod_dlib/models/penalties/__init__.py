"""Penalties on what a decoder makes of its latents together: one estimator a file."""
