"""This folder is on the path of every test below it, so that all find the companies made here."""
