"""One module a view type: each builds the page that draws it."""
