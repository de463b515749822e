"""What version 0.1 called here: the networks, and its two families."""

from tripod_dlib.models.architectures import build_networks
from tripod_dlib.models.families.beta_tcvae_mws import BetaTCVAEFamily as beta_tcvae_mws
from tripod_dlib.models.families.tripod import TripodFamily as tripod

__all__ = ["beta_tcvae_mws", "build_networks", "tripod"]
