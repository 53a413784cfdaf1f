"""Forms of training: the shape of the input; what is allowed, the verbs decide."""
