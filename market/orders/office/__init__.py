"""Orders in the back office: to look at, and to cut when goods are missing."""
