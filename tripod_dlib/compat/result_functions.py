"""disentanglement_lib's functions around results, under its names of their arguments."""

import json

import numpy as np

from tripod_dlib.compat.keywords import renamed
from tripod_dlib.results import dlib_results

copydir = renamed(dlib_results.copydir, path_to_old_dir="old", path_to_new_dir="new")
gin_dict = renamed(dlib_results.gin_dict, config_path="path")
save_dict = renamed(dlib_results.save_dict, config_path="path", dict_with_info="entries")
save_gin = renamed(dlib_results.save_gin, config_path="path")


class Encoder(json.JSONEncoder):
    """Writes NumPy's numbers and arrays; `json.dumps(results, cls=Encoder)`."""

    def default(self, o):
        if isinstance(o, np.ndarray | np.generic):
            return dlib_results.jsonable(o)
        return super().default(o)
