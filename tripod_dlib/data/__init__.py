"""Ground-truth data: what a dataset is, where its images come from, batches of them."""
