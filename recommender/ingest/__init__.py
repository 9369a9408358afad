"""Documents in, articles out: RSS, Atom, RDF, JSON Feed, JSON Lines and MIND."""
