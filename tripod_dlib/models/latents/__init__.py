"""What stands between encoder and decoder: one kind of latents a file."""
