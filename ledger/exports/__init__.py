"""The books as files that other programs read: what `manage.py export_books` writes."""
