"""Kernels of plain numbers: no frames, no codes, no store, no clock."""
