"""The syntax of languages: comments, strings, statements."""
