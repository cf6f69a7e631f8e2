"""Every op of the engine and its gradient rule, by PyTorch in float64.

A case is `name: (inputs, function)`; test/parity/ops.test.ts holds the engine's side under the same names. The file gets
`name/x0`, `name/x1`, ... (inputs), `name/y` (value), `name/dy` (random weights) and `name/g0`, ...: gradients of
sum(y * dy) with respect to the float inputs.
"""

import torch
import torch.nn.functional as F

from common import generator, normals, save


def real(*shape):
    return lambda g: normals(g, *shape).requires_grad_()


def positive(*shape):
    return lambda g: (normals(g, *shape).abs() + 0.5).float().double().requires_grad_()


def whole(*shape):
    """Whole numbers as floats, for ties; never zero, where relu has two slopes."""
    def draw(g):
        x = torch.randint(1, 4, shape, generator=g).double() * (torch.randint(0, 2, shape, generator=g) * 2 - 1)
        return x.requires_grad_()
    return draw


def scaled(factor, *shape):
    return lambda g: (normals(g, *shape) * factor).float().double().requires_grad_()


def ints(high, *shape):
    return lambda g: torch.randint(0, high, shape, generator=g)


def bools(*shape):
    return lambda g: torch.rand(*shape, generator=g) < 0.5


def fixed(values, dtype=torch.int64):
    return lambda g: torch.tensor(values, dtype=dtype, requires_grad=dtype.is_floating_point)


def rms_norm(x, w, eps=1e-6):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * w


def rms_inverse(x, w, eps=1e-6):
    return torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps)


def cross_entropy(x, i, smoothing=0.0):
    return F.cross_entropy(x.flatten(0, -2), i.flatten(), reduction="none", label_smoothing=smoothing).reshape(i.shape)


def scatter_add(rows):
    return lambda i, v: torch.zeros(rows, v.shape[1], dtype=v.dtype).index_add(0, i, v)


def attention(q, k, v, visible):
    """Hidden positions get -1e9. Row 1 of the batch hides everything: in float32, which is what is meant, -1e9 absorbs
    the scores and leaves uniform weights; float64 would keep them."""
    scores = (q @ k.transpose(-1, -2)).float() + torch.where(visible, 0.0, -1e9)
    return torch.softmax(scores.double(), -1) @ v


def csr(rows, columns):
    """Offsets, columns and values of a random matrix whose rows grow denser; every seventh is empty."""
    g = generator("csr")
    dense = normals(g, rows, columns)
    keep = torch.rand(rows, columns, generator=g) < torch.arange(rows)[:, None] / rows
    keep[::7] = False
    sparse = (dense * keep).to_sparse_csr()
    return [lambda _, part=part: part for part in (sparse.crow_indices(), sparse.col_indices(), sparse.values())]


def sparse_product(columns):
    def product(x, offsets, indices, values):
        matrix = torch.sparse_csr_tensor(offsets, indices, values, (offsets.numel() - 1, columns))
        return matrix.to_dense() @ x
    return product


CASES = {
    "add": ([real(2, 1, 3), real(4, 1)], torch.add),
    "add scalar tensor": ([real(), real(2, 3)], torch.add),
    "add empty axis": ([real(2, 1), real(2, 0)], torch.add),
    "add number": ([real(3)], lambda a: a + 2.5),
    "sub": ([real(3), real(2, 3)], torch.sub),
    "sub from number": ([real(2, 3)], lambda a: 1 - a),
    "mul": ([real(5, 1, 2), real(1, 3, 1)], torch.mul),
    "mul by itself": ([real(2, 3)], lambda a: a * a),
    "div": ([real(2, 3), positive(2, 1)], torch.div),
    "div number": ([positive(3, 1)], lambda a: 2 / a),
    "neg": ([real(3)], torch.neg),
    "exp": ([real(4)], torch.exp),
    "log": ([positive(4)], torch.log),
    "sqrt": ([positive(2, 2)], torch.sqrt),
    "tanh": ([scaled(3, 7)], torch.tanh),
    "sigmoid": ([scaled(5, 7)], torch.sigmoid),
    "erf": ([scaled(2, 9)], torch.erf),
    "relu": ([whole(3, 4)], torch.relu),
    "unary empty": ([real(0, 3)], lambda x: torch.tanh(torch.relu(x))),
    "equal": ([whole(4, 1), whole(5)], lambda a, b: torch.eq(a, b).double() * a),
    "equal of whole numbers": ([real(4, 4), ints(3, 4, 1), ints(3, 1, 4)], lambda x, i, j: torch.eq(i, j).double() * x),
    "greater": ([real(4, 1), real(5)], lambda a, b: torch.gt(a, b).double() * b),
    "where": ([bools(2, 1, 3), real(4, 1), real(3)], torch.where),
    "where number": ([bools(2, 3), real(2, 3)], lambda c, a: torch.where(c, a, torch.tensor(-7.0).double())),
    "cast": ([bools(2, 3), real(3)], lambda c, a: c.double() * a),
    "sum all": ([real(2, 3)], torch.sum),
    "sum kept": ([real(2, 3, 2)], lambda x: x.sum((0, 2), keepdim=True)),
    "sum dropped": ([real(2, 3, 2)], lambda x: x.sum(-2)),
    "sum over one": ([real(2, 1, 3)], lambda x: x.sum(1)),
    "sum empty": ([real(2, 0)], lambda x: x.sum(1)),
    "max": ([real(3, 4)], lambda x: x.amax(1)),
    "max ties": ([fixed([[1, 3, 3, 2], [4, 0, 4, 4], [-1, -2, -3, -4]], torch.float64)], lambda x: x.amax(1, keepdim=True)),
    "max two axes": ([real(2, 3, 4)], lambda x: x.amax((0, 2))),
    "max over one": ([real(3, 1)], lambda x: x.amax(1)),
    "mean": ([real(3, 5)], lambda x: x.mean(1)),
    "softmax": ([real(2, 3, 5)], lambda x: torch.softmax(x, -1)),
    "softmax extremes": ([scaled(40, 3, 6)], lambda x: torch.softmax(x, -1)),
    "softmax of one": ([real(3, 1)], lambda x: torch.softmax(x, -1)),
    "softmax without rows": ([real(0, 4)], lambda x: torch.softmax(x, -1)),
    "logSoftmax": ([real(2, 5)], lambda x: torch.log_softmax(x, -1)),
    "crossEntropy": ([real(2, 2, 4), fixed([[3, 0], [1, 1]])], lambda x, i: cross_entropy(x, i)),
    "crossEntropy extremes": ([scaled(40, 3, 6), fixed([5, 0, 2])], lambda x, i: cross_entropy(x, i)),
    "crossEntropy smoothed": ([real(4, 5), fixed([2, -100, 4, 0])], lambda x, i: cross_entropy(x, i, 0.1)),
    "logSoftmax extremes": ([scaled(40, 3, 6)], lambda x: torch.log_softmax(x, -1)),
    "matmul": ([real(3, 5), real(5, 4)], torch.matmul),
    "matmul vectors": ([real(1, 6), real(6, 1)], torch.matmul),
    "matmul batch by matrix": ([real(2, 3, 4, 5), real(5, 2)], torch.matmul),
    "matmul matrix by batch": ([real(4, 5), real(3, 5, 2)], torch.matmul),
    "matmul batches": ([real(2, 1, 2, 3), real(4, 3, 2)], torch.matmul),
    "matmul without rows": ([real(0, 3), real(3, 2)], torch.matmul),
    "matmul without batch": ([real(0, 2, 3), real(3, 2)], torch.matmul),
    "matmul without inner": ([real(2, 0), real(0, 3)], torch.matmul),
    "matmul batch without inner": ([real(2, 2, 0), real(0, 3)], torch.matmul),
    "reshape": ([real(2, 3, 4)], lambda x: x.reshape(4, -1)),
    "reshape to scalar": ([real(1, 1)], lambda x: x.reshape(())),
    "reshape empty": ([real(0, 4)], lambda x: x.reshape(2, 0, 2)),
    "transpose": ([real(2, 3, 4)], lambda x: x.permute(2, 0, 1)),
    "transpose last two": ([real(2, 3, 4)], lambda x: x.transpose(-1, -2)),
    "expand": ([real(2, 1)], lambda x: x.expand(3, 2, 4)),
    "expand scalar": ([real()], lambda x: x.expand(2, 3)),
    "concat": ([real(2, 3), real(2, 1), real(2, 2)], lambda *parts: torch.cat(parts, 1)),
    "concat with empty": ([real(2, 3), real(0, 3)], lambda *parts: torch.cat(parts, 0)),
    "concat same part twice": ([real(2, 2)], lambda x: torch.cat([x, x], -1)),
    "slice": ([real(5, 3)], lambda x: x[1:4]),
    "slice nothing": ([real(5, 3)], lambda x: x[:, 2:2]),
    "slices that overlap": ([real(5)], lambda x: x[0:3] * x[2:5]),
    "pad": ([real(2, 2)], lambda x: F.pad(x, (1, 2))),
    "pad first axis": ([real(2, 2)], lambda x: F.pad(x, (0, 0, 3, 0))),
    "gather": ([real(6, 4), ints(6, 3, 5)], lambda table, i: table[i]),
    "gather rows of matrices": ([real(3, 2, 2), ints(3, 4)], lambda table, i: table[i]),
    "gather one row": ([real(3, 2), fixed(2)], lambda table, i: table[i]),
    "gather nothing": ([real(3, 2), fixed([])], lambda table, i: table[i]),
    "scatterAdd": ([ints(4, 9), real(9, 3)], scatter_add(6)),
    "scatterAdd onto a base": ([fixed([4, 0, 4, 1]), real(4, 3), real(6, 3)],
                               lambda i, v, b: b.index_add(0, i, v)),
    "scatterAdd nothing": ([fixed([]), real(0, 3)], scatter_add(4)),
    "rmsNorm": ([real(2, 3, 8), real(8)], rms_norm),
    "rmsNorm of zeros": ([lambda g: torch.zeros(2, 4, dtype=torch.float64, requires_grad=True), real(4)], rms_norm),
    "rmsNorm of one": ([real(3, 1), real(1)], rms_norm),
    "rmsNorm large epsilon": ([real(4, 5), real(5)], lambda x, w: rms_norm(x, w, 0.5)),
    "rmsInverse": ([real(3, 5), real(5)], rms_inverse),
    "norm and its inverse": ([real(3, 5), real(5)], lambda x, w: rms_norm(x, w) * rms_inverse(x, w)),
    "spmm": ([real(30, 3), *csr(40, 30)], sparse_product(30)),
    "stopGradient": ([real(3)], lambda x: x * x.detach()),
    "oneHot": ([real(4, 3), fixed([2, -100, 0, 5])],
               lambda x, i: x * (i[:, None] == torch.arange(3)).double()),
    "dropout": ([real(3, 4), bools(3, 4)], lambda x, keep: torch.where(keep, x / 0.75, torch.tensor(0.0).double())),
    "unitRows": ([real(4, 6)], lambda x: x / torch.sqrt(x.pow(2).sum(-1, keepdim=True) + 1e-12)),
    "attention with masks": (
        [real(2, 3, 4), real(2, 5, 4), real(2, 5, 4), fixed([[[1, 1, 0, 1, 0]], [[0, 0, 0, 0, 0]]], torch.bool)],
        attention,
    ),
    "one value used thrice": ([real(3)], lambda x: x * torch.exp(x) + torch.sigmoid(x)),
}


def run(name, inputs, function):
    g = generator(name)
    xs = [draw(g) for draw in inputs]
    y = function(*xs)
    dy = normals(g, *y.shape)
    floats = [i for i, x in enumerate(xs) if x.requires_grad]
    grads = torch.autograd.grad((y * dy).sum(), [xs[i] for i in floats], allow_unused=True)
    out = {f"{name}/x{i}": x for i, x in enumerate(xs)}
    out |= {f"{name}/y": y, f"{name}/dy": dy}
    return out | {
        f"{name}/g{i}": torch.zeros_like(xs[i]) if grad is None else grad for i, grad in zip(floats, grads)
    }


if __name__ == "__main__":
    tensors = {}
    for name, (inputs, function) in CASES.items():
        tensors |= run(name, inputs, function)
    save("ops.safetensors", tensors)
    print(f"{len(CASES)} op cases")
