"""The syntax of languages: comments, accessors, YAML with places, units, documents."""
