"""Views as mails: subject, plain text and HTML."""
