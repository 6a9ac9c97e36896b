"""Loads the demonstration through the site's own actions, part by part."""
