"""Page-shaped reads, named by noun."""
