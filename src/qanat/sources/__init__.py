"""What agencies publish, read into figures. Knows no store: bytes in, figures out."""
