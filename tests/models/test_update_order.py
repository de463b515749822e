"""TensorFlow's optimized graph of a step updates a weight after all its reads."""

import keras
import pytest
from models.contract import compiled
from models.test_semi_supervised import LABELLED, SIZES, build

pytestmark = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="TensorFlow's")

UPDATES = ("AssignSubVariableOp", "AssignAddVariableOp", "AssignVariableOp")


def _optimized(function, batch):
    """The nodes of a function's graph as TensorFlow would run it, by name."""
    import tensorflow as tf
    from tensorflow.core.protobuf import config_pb2
    from tensorflow.python.eager import context
    from tensorflow.python.grappler import tf_optimizer

    inputs = keras.tree.map_structure(tf.constant, batch)
    graph = tf.function(function).get_concrete_function(inputs).graph
    meta = tf.compat.v1.train.export_meta_graph(graph_def=graph.as_graph_def(), graph=graph)
    kept = meta.collection_def["train_op"].node_list.value
    kept.extend(node.name for node in (*graph.outputs, *graph.control_outputs))
    config = config_pb2.ConfigProto.FromString(context.context().config.SerializeToString())
    config.graph_options.rewrite_options.min_graph_nodes = -1  # small graphs, too
    return {node.name: node for node in tf_optimizer.OptimizeGraph(config, meta).node}


def _before(nodes, name):
    """What must be done before a node."""
    done, waiting = set(), [name]
    while waiting:
        node = waiting.pop()
        if node in nodes and node not in done:
            done.add(node)
            waiting += [one.lstrip("^").split(":")[0] for one in nodes[node].input]
    return done


def _reads_that_race(nodes):
    """Pairs (update, read) of one variable that may come in either order."""
    reads = [node for node in nodes.values() if node.op == "ReadVariableOp"]
    for update in nodes.values():
        if update.op not in UPDATES:
            continue
        before = _before(nodes, update.name)
        for read in reads:
            if read.input[0] == update.input[0] and read.name not in before:
                if update.name not in _before(nodes, read.name):
                    yield update.name, read.name


def test_an_update_waits_for_every_read_of_its_weight():
    """Of this family's statistics a gradient is without the value that a term has of them."""
    model = compiled(build("s2_mine_vae", {"beta": 2.0, "factor_sizes": SIZES}))
    nodes = _optimized(lambda batch: model.train_step((batch,)), LABELLED)
    assert sum(node.op in UPDATES for node in nodes.values()) > 30
    assert list(_reads_that_race(nodes)) == []
