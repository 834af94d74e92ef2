"""What makes a change to history show: canonical rows, trees over them, signed checkpoints, statements about figures."""
