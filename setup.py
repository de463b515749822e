"""Packaging of tripod_dlib: metadata, dependencies with the ranges that were tested, commands."""

from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
ABOUT = (HERE / "tripod_dlib" / "__init__.py").read_text(encoding="utf-8")
VERSION = ABOUT.split('__version__ = "')[1].split('"')[0]

# What every model runs on. TensorFlow Probability 0.25 imports distutils, which setuptools brings
# where Python no longer does.
MODELS = ["keras>=3.15,<3.16", "tensorflow-probability>=0.25,<0.26", "setuptools>=77"]

setup(
    name="tripod_dlib",
    version=VERSION,
    description="Tripod, InfoMEC and disentanglement_lib-style evaluation, on Keras 3",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE"],
    python_requires=">=3.11,<3.14",
    classifiers=[
        "Development Status :: 4 - Beta",
        "Intended Audience :: Science/Research",
        "Operating System :: MacOS",
        "Operating System :: POSIX :: Linux",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Scientific/Engineering :: Artificial Intelligence",
    ],
    # gin/ holds configurations only; inside the wheel it is tripod_dlib/configs.
    packages=[*find_packages(include=["tripod_dlib", "tripod_dlib.*"]), "tripod_dlib.configs"],
    package_dir={"tripod_dlib.configs": "gin"},
    package_data={
        "tripod_dlib": ["py.typed", "pages/templates/*"],
        "tripod_dlib.board": ["*.json"],
        "tripod_dlib.configs": ["*.gin", "*/*.gin", "*/*/*.gin"],
    },
    install_requires=[
        "absl-py>=2.1",
        "filelock>=3.16",
        "gin-config>=0.5,<0.6",
        "h5py>=3.12",
        "matplotlib>=3.9",
        "numpy>=2.0",
        "pillow>=11",
        "platformdirs>=4.3",
        "scikit-learn>=1.8,<1.10",
        "scipy>=1.14",
        "threadpoolctl>=3.5",
        "tqdm>=4.66",
    ],
    extras_require={
        "tf": [*MODELS, "tensorflow>=2.21,<2.22", "tf_keras>=2.21,<2.22", "tensorboard>=2.20"],
        "jax": [*MODELS, "jax>=0.6,<0.11", "tensorboard>=2.20"],
        "onnx": ["onnx>=1.16", "tf2onnx>=1.17"],
        "report": [
            "itables>=2.9,<3",  # its offline bundle of DataTables
            "jinja2>=3.1",
            "jsonschema>=4.20",
            "pandas>=2.2",
            "pyyaml>=6",
            "statsmodels>=0.14.4",
        ],
        # An engine for studies; its makers publish it for Linux on x86-64 alone.
        "sweep": [
            "hyperqueue>=0.27,<0.28; platform_system == 'Linux' and platform_machine == 'x86_64'"
        ],
        "test": [
            "hypothesis>=6.100",
            "jinja2>=3.1",
            "onnxruntime>=1.20",
            "pandas>=2.2",
            "pytest>=8.3",
            "pytest-xdist>=3.6",
            "ruff==0.17.6",  # pinned: another version formats otherwise
            "setuptools>=77",
        ],
    },
    entry_points={
        "console_scripts": [
            "tripod_aggregate_results = tripod_dlib.cli.aggregate:main",
            "tripod_data = tripod_dlib.cli.data:main",
            "tripod_doctor = tripod_dlib.cli.doctor:main",
            "tripod_evaluate = tripod_dlib.cli.evaluate:main",
            "tripod_export = tripod_dlib.cli.export:main",
            "tripod_leaderboard = tripod_dlib.cli.leaderboard:main",
            "tripod_profile = tripod_dlib.cli.profile:main",
            "tripod_report = tripod_dlib.cli.report:main",
            "tripod_postprocess = tripod_dlib.cli.postprocess:main",
            "tripod_reproduce = tripod_dlib.cli.reproduce:main",
            "tripod_sweep = tripod_dlib.cli.sweep:main",
            "tripod_train = tripod_dlib.cli.train:main",
            "tripod_udr = tripod_dlib.cli.udr:main",
            "tripod_visualize = tripod_dlib.cli.visualize:main",
        ],
    },
)
