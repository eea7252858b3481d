"""The regency's side: takes requests in, lets staff process them, and tells residents."""
