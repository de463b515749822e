"""Keras layers, encoder and decoder; they know nothing of losses."""

from tripod_dlib.networks.decoder import Decoder
from tripod_dlib.networks.encoder import Encoder

__all__ = ["Decoder", "Encoder"]
