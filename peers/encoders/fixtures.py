"""Golden files for text encoders, under test/parity/fixtures/encoders.

TINY/: a random checkpoint each of BERT, RoBERTa, MPNet and EasyRec (RoBERTa with a dense layer), as the libraries write
them, with a tokenizer trained on a few lines; expected.safetensors: token ids, last hidden states of one padded batch,
and unit vectors per pooling. minilm.safetensors: sentence-transformers' vectors of the texts in texts.json by the real
all-MiniLM-L6-v2. pca.safetensors: scikit-learn's components. ops.safetensors: gelu and layer norm with gradients.
"""

import json
import os
import zlib
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertModel, MPNetConfig, MPNetModel, RobertaConfig, RobertaModel

torch.set_num_threads(1)
HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parent.parent / "test" / "parity" / "fixtures" / "encoders"
SIZES = dict(
    hidden_size=16, num_attention_heads=2, num_hidden_layers=2, intermediate_size=24, max_position_embeddings=40,
    initializer_range=0.3, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
)
MAX_TOKENS = 30

TEXTS = [
    "a",
    "Nail polish, deep red",
    "Shampoo for dry hair: argan oil & vitamin E (12 oz.)",
    "The user prefers natural ingredients; avoids parabens, sulfates and strong perfume.",
    "Café crème brûlée naïve façade — Ångström",
    "洗发水 for dry hair 漢字 mixed",
    "  spaces   around\tand\nbetween  ",
    "don't can't it's they're #42 $12.99 3-in-1 SPF50+ https://example.org/x?y=1",
    "emoji 💅🏽 and zero​width and ﬁ ligature",
    "unbelievablylongwordwithoutanyspaceinside" * 3,
    "UPPER lower MiXeD",
    "mascara " * 400,
]


def generator(name):
    return torch.Generator().manual_seed(zlib.crc32(name.encode()))


def save(path, tensors):
    path.parent.mkdir(parents=True, exist_ok=True)
    tidy = {k: v.detach().contiguous() for k, v in tensors.items()}
    save_file({k: v.float() if v.is_floating_point() else v.int() for k, v in tidy.items()}, path)


def word_piece(pad, unknown, start, end, mask):
    tokenizer = Tokenizer(models.WordPiece(unk_token=unknown))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = [start, pad, end, unknown, mask]
    tokenizer.train_from_iterator(TEXTS, trainers.WordPieceTrainer(vocab_size=220, special_tokens=special))
    ids = {token: tokenizer.token_to_id(token) for token in special}
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}", pair=f"{start} $A {end} $B:1 {end}:1", special_tokens=[(start, ids[start]), (end, ids[end])],
    )
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer


def byte_bpe():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trainer = trainers.BpeTrainer(
        vocab_size=330, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(TEXTS, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def fresh(kind, config):
    torch.manual_seed(zlib.crc32(kind.encode()))
    model = dict(bert=BertModel, roberta=RobertaModel, easyrec=RobertaModel, mpnet=MPNetModel)[kind](config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            # Norms of exactly one and biases of exactly zero would hide a missing term.
            if "LayerNorm" in name or name.endswith("bias"):
                parameter.add_(torch.randn(parameter.shape, generator=generator(kind + name)) * 0.2)
    return model


def checkpoint(kind):
    folder = FIXTURES / kind
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "bert":
        tokenizer = word_piece("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
    elif kind == "mpnet":
        tokenizer = word_piece("<pad>", "[UNK]", "<s>", "</s>", "<mask>")
    else:
        tokenizer = byte_bpe()
    tokenizer.save(str(folder / "tokenizer.json"))
    shared = dict(SIZES, vocab_size=tokenizer.get_vocab_size(), pad_token_id=1)
    config = dict(
        bert=lambda: BertConfig(**shared, layer_norm_eps=1e-12, type_vocab_size=2),
        roberta=lambda: RobertaConfig(**shared, layer_norm_eps=1e-5, type_vocab_size=1),
        easyrec=lambda: RobertaConfig(**shared, layer_norm_eps=1e-5, type_vocab_size=1),
        mpnet=lambda: MPNetConfig(**shared, layer_norm_eps=1e-5),
    )[kind]()
    model = fresh(kind, config)
    head = None
    if kind == "easyrec":
        head = torch.nn.Linear(16, 16)
        with torch.no_grad():
            head.weight.copy_(torch.randn(16, 16, generator=generator("head weight")) * 0.3)
            head.bias.copy_(torch.randn(16, generator=generator("head bias")) * 0.3)
        state = {f"roberta.{k}": v for k, v in model.state_dict().items() if "pooler" not in k}
        state |= {"mlp.dense.weight": head.weight, "mlp.dense.bias": head.bias}
        save(folder / "model.safetensors", state)
        config.save_pretrained(folder)
    else:
        model.save_pretrained(folder)
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.enable_padding(pad_id=1, pad_token=tokenizer.id_to_token(1))
    encoded = tokenizer.encode_batch(TEXTS)
    ids = torch.tensor([e.ids for e in encoded])
    mask = torch.tensor([e.attention_mask for e in encoded])
    with torch.no_grad():
        hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state
        cls = hidden[:, 0]
        mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        pooled = dict(cls=cls, mean=mean) | ({} if head is None else dict(easyrec=torch.tanh(head(cls))))
    unit = {f"unit/{k}": torch.nn.functional.normalize(v) for k, v in pooled.items()}
    save(folder / "expected.safetensors", dict(ids=ids, mask=mask, hidden=hidden * mask[..., None]) | unit)
    print(kind, ids.shape, sum(p.numel() for p in model.parameters()))


def sentence_files():
    """bert/ declares cls pooling the way sentence-transformers does."""
    folder = FIXTURES / "bert"
    (folder / "1_Pooling").mkdir(exist_ok=True)
    types = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    modules = [dict(idx=i, name=str(i), path=p, type=f"sentence_transformers.models.{t}") for i, (p, t) in enumerate(types)]
    (folder / "modules.json").write_text(json.dumps(modules))
    pooling = dict(word_embedding_dimension=16, pooling_mode_cls_token=True, pooling_mode_mean_tokens=False)
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    (folder / "sentence_bert_config.json").write_text(json.dumps(dict(max_seq_length=MAX_TOKENS, do_lower_case=False)))


def pca():
    from sklearn.decomposition import PCA

    g = generator("pca")
    x = torch.randn(200, 48, generator=g, dtype=torch.float64) * 0.85 ** torch.arange(48)
    x = (x @ torch.linalg.qr(torch.randn(48, 48, generator=g, dtype=torch.float64))[0] + 0.5).float()
    found = PCA(8, svd_solver="full").fit(x.double().numpy())
    rough = PCA(8, svd_solver="randomized", random_state=0).fit(x.double().numpy())
    print("sklearn's own randomised solver is off by", np.abs(rough.explained_variance_ratio_ - found.explained_variance_ratio_).max())
    save(FIXTURES / "pca.safetensors", dict(
        input=x, components=torch.tensor(found.components_), mean=torch.tensor(found.mean_),
        explained=torch.tensor(found.explained_variance_ratio_), projected=torch.tensor(found.transform(x.double().numpy())),
    ))


def ops():
    g = generator("ops")
    draw = lambda *shape: torch.randn(*shape, generator=g).double().requires_grad_()
    x, weight, bias, seed = draw(5, 7), draw(7), draw(7), draw(5, 7).detach()
    results = dict(x=x, weight=weight, bias=bias, seed=seed)
    gelu = torch.nn.functional.gelu(x)
    results |= {"gelu": gelu, "gelu/x": torch.autograd.grad((gelu * seed).sum(), x)[0]}
    norm = torch.nn.functional.layer_norm(x, (7,), weight, bias, 1e-5)
    gradients = torch.autograd.grad((norm * seed).sum(), (x, weight, bias))
    results |= {"layerNorm": norm} | {f"layerNorm/{k}": v for k, v in zip(("x", "weight", "bias"), gradients)}
    save(FIXTURES / "ops.safetensors", results)


def minilm():
    folder = HERE / "models" / "all-MiniLM-L6-v2"
    if not folder.exists():
        print("no", folder, "- run setup.sh; minilm.safetensors stays as it is")
        return
    from sentence_transformers import SentenceTransformer

    vectors = SentenceTransformer(str(folder), device="cpu").encode(TEXTS, batch_size=4, normalize_embeddings=True)
    save(FIXTURES / "minilm.safetensors", dict(vectors=torch.tensor(vectors)))


if __name__ == "__main__":
    FIXTURES.mkdir(parents=True, exist_ok=True)
    (FIXTURES / "texts.json").write_text(json.dumps(TEXTS, ensure_ascii=False, indent=1) + "\n")
    for kind in ("bert", "roberta", "mpnet", "easyrec"):
        checkpoint(kind)
    sentence_files()
    ops()
    pca()
    minilm()
