"""Sheets for people and back: the audit of one's own corpus, the coding of statements by hand."""
