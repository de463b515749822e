"""The metrics as plain loops over scikit-learn calls, as they were published."""

import numpy as np


def plain_infomec(sources: np.ndarray, latents: np.ndarray) -> dict[str, float]:
    """InfoM, InfoC and InfoE as published: scikit-learn calls on sparse one-hot latents."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import log_loss
    from sklearn.preprocessing import OneHotEncoder

    levels = np.stack([np.unique(c, return_inverse=True)[1] for c in latents.T], axis=1)
    entropies = np.log(sources.max(axis=0) + 1)
    nmi = plain_information(sources, levels) / entropies[:, None]
    one_hot = OneHotEncoder().fit_transform(levels)
    gains = []
    for source, null in zip(sources.T, entropies, strict=True):
        model = LogisticRegression(C=np.inf, class_weight="balanced", max_iter=100)
        model.fit(one_hot, source)
        gains.append(1 - log_loss(source, model.predict_proba(one_hot)) / null)
    return {
        "infom": (nmi.max(axis=0) / nmi.sum(axis=0)).mean(),
        "infoc": (nmi.max(axis=1) / nmi.sum(axis=1)).mean(),
        "infoe": float(np.mean(gains)),
    }


def plain_information(sources: np.ndarray, levels: np.ndarray) -> np.ndarray:
    from sklearn.metrics import mutual_info_score

    return np.array([[mutual_info_score(s, z) for z in levels.T] for s in sources.T])


def plain_continuous_information(sources: np.ndarray, latents: np.ndarray) -> np.ndarray:
    from sklearn.feature_selection import mutual_info_classif

    return np.stack(
        [
            mutual_info_classif(
                latents, source, discrete_features=False, n_neighbors=10, random_state=0
            )
            for source in sources.T
        ]
    )
