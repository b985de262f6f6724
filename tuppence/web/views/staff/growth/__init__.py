"""Pages of growth: channels, spend, files of spend, campaigns."""
