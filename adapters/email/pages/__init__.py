"""The pages that links in mails lead to, and the form to subscribe."""
