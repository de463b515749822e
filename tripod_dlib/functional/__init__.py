"""The method's mathematics as functions of tensors, on either Keras backend."""
