"""Images on the disk: sizes, caches, and single images out of them."""
