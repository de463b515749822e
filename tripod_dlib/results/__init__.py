"""What a run leaves behind: its folder, disentanglement_lib's result files, pictures, tables."""
