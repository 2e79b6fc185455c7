"""The tab Failures and its parts."""
