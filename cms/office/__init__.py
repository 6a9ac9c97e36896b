"""The back office for those who write pages, and its first page for everybody."""
