"""Pieces that several commands build their views from."""
