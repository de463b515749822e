"""Pictures and animations of datasets, models and scores, as disentanglement_lib makes them."""
