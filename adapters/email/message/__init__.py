"""Mails as bytes: headers, parts, signature."""
