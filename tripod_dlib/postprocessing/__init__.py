"""From a trained model to a representation, as disentanglement_lib's second step."""
