"""Backup and restore: one archive with the database and the files of evidence, checked to the last byte."""
