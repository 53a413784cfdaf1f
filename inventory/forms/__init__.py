"""Forms of supplies: the shape of the input; what is allowed, the verbs decide."""
