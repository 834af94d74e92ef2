"""A person's own files: sheets, HXL tags, mapping files, cells as people write them. Bytes in, figures out."""
