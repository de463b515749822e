"""disentanglement_lib's families; what their terms are is tested in test_dlib_terms.py."""

from models.contract import FamilyContract


class TestVAE(FamilyContract):
    name = "vae"
    parameters = {"beta": 2.0}


class TestBetaVAE(FamilyContract):
    name = "beta_vae"
    parameters = {"beta": 2.0}


class TestAnnealedVAE(FamilyContract):
    name = "annealed_vae"
    parameters = {"gamma": 10.0, "c_max": 5.0, "iteration_threshold": 10}


class TestFactorVAE(FamilyContract):
    name = "factor_vae"
    parameters = {"gamma": 5.0}


class TestDIPVAE(FamilyContract):
    name = "dip_vae"
    parameters = {"lambda_od": 2.0, "lambda_d_factor": 3.0, "dip_type": "ii"}


class TestBetaTCVAE(FamilyContract):
    name = "beta_tc_vae"
    parameters = {"beta": 3.0}


class TestRegularizedVAE(FamilyContract):
    name = "regularized_vae"
    parameters = {}
