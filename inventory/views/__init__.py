"""Pages of supplies. Everybody looks; logistics has the buttons."""
