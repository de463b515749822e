"""How long and how a run trains."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Settings:
    """What `tripod_dlib.training.train.train` was told; see there for the meaning of each."""

    training_steps: int
    random_seed: int
    batch_size: int
    eval_steps: int
    log_steps: int
    num_latents: int
    keep_all: bool
