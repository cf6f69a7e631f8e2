"""One training by RecBole's own trainer, for bench/recbole.ts: train.py DIR

DIR holds settings.json and shop.safetensors (whole sequences; RecBole's leave-last-two split and augmentation make the
same training instances as ours from them). Nothing is chosen on held-out items: the last epoch answers. Written there:
theirs.safetensors, the best twenty items per user in both tasks, and theirs.json, seconds per epoch and counts. What the
lists are worth is judged by the product's own evaluation, for both sides alike.
"""

import json
import os
import sys
import time
from pathlib import Path

folder = Path(sys.argv[1]).resolve()
sys.argv = sys.argv[:1]  # RecBole reads command lines too
settings = json.loads((folder / "settings.json").read_text())
os.environ["OMP_NUM_THREADS"] = str(settings["threads"])

import numpy as np
import torch
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.data.interaction import Interaction
from recbole.utils import get_model, get_trainer, init_seed
from safetensors.numpy import load_file, save_file

import cloze

LISTED, BLOCK = 20, 256


def write_atomic_files(shop):
    """RecBole reads text files; a token is our index, a timestamp the place in the sequence."""
    offsets, items = shop["offsets"], shop["items"]
    (folder / "shop").mkdir(exist_ok=True)
    with open(folder / "shop" / "shop.inter", "w") as file:
        file.write("user_id:token\titem_id:token\ttimestamp:float\n")
        for user in range(len(offsets) - 1):
            for place, item in enumerate(items[offsets[user] : offsets[user + 1]]):
                file.write(f"{user}\t{item}\t{place}\n")
    with open(folder / "shop" / "shop.item", "w") as file:
        file.write("item_id:token\n" + "".join(f"{item}\n" for item in range(settings["nItems"])))


def config():
    fixed = dict(
        data_path=str(folder), USER_ID_FIELD="user_id", ITEM_ID_FIELD="item_id", TIME_FIELD="timestamp",
        load_col={"inter": ["user_id", "item_id", "timestamp"], "item": ["item_id"]},
        eval_args={"split": {"LS": "valid_and_test"}, "order": "TO", "group_by": "user", "mode": "full"},
        epochs=settings["epochs"], seed=settings["seed"], reproducibility=True, use_gpu=False, worker=0, eval_step=0,
        state="ERROR", show_progress=False, checkpoint_dir=str(folder / "saved"),
    )
    return Config(model=settings["theirs"]["model"], dataset="shop", config_dict=fixed | settings["theirs"]["options"])


def timed_epochs(trainer):
    """Seconds of each `_train_epoch`: batches, steps and nothing of RecBole's bookkeeping."""
    seconds, plain = [], trainer._train_epoch

    def timed(*words, **named):
        started = time.perf_counter()
        result = plain(*words, **named)
        seconds.append(time.perf_counter() - started)
        return result

    trainer._train_epoch = timed
    return seconds


@torch.no_grad()
def lists(model, dataset, test_data, shop):
    """Best items as our indices, -1 where a list ends. Seen items (test history included) never are."""
    model.eval()
    feats = test_data.dataset.inter_feat
    item_of = np.full(dataset.item_num, -1)
    item_of[1:] = dataset.id2token("item_id", np.arange(1, dataset.item_num)).astype(np.int64)
    theirs_of = np.empty(settings["nItems"], dtype=np.int64)
    theirs_of[item_of[1:]] = np.arange(1, dataset.item_num)
    users = dataset.id2token("user_id", feats["user_id"].numpy()).astype(np.int64)
    out = {task: np.full((settings["nUsers"], LISTED), -1, dtype=np.int32) for task in ("sequential", "direct")}
    for at in range(0, len(users), BLOCK):
        rows = users[at : at + BLOCK]
        block = feats[np.arange(at, at + len(rows))]
        scores = model.full_sort_predict(block).view(len(rows), -1).clone()
        scores[:, 0] = -np.inf
        for row, user in enumerate(rows):
            known = shop["items"][shop["offsets"][user] : shop["offsets"][user + 1] - 1]
            scores[row, theirs_of[known]] = -np.inf
        out["sequential"][rows] = item_of[scores.topk(LISTED).indices.numpy()]
        candidates = shop["candidates"][rows]
        order = scores.gather(1, torch.from_numpy(theirs_of[candidates])).topk(LISTED).indices.numpy()
        out["direct"][rows] = np.take_along_axis(candidates, order, 1)
    return out


if __name__ == "__main__":
    torch.set_num_threads(settings["threads"])
    os.chdir(folder)
    shop = load_file(folder / "shop.safetensors")
    write_atomic_files(shop)
    started = time.perf_counter()
    configuration = config()
    init_seed(configuration["seed"], True)
    dataset = create_dataset(configuration)
    train_data, _, test_data = data_preparation(configuration, dataset)
    if "cloze" in settings["theirs"]:
        prefixes = cloze.Prefixes(shop, dataset, configuration["MAX_ITEM_LIST_LENGTH"])
        train_data = cloze.training_loader(configuration, train_data, prefixes, settings["theirs"]["cloze"])
        cloze.ask_behind_prefixes(test_data, dataset, prefixes)
    init_seed(configuration["seed"], True)
    model = get_model(configuration["model"])(configuration, train_data.dataset)
    trainer = get_trainer(configuration["MODEL_TYPE"], configuration["model"])(configuration, model)
    prepared = time.perf_counter() - started
    seconds = timed_epochs(trainer)
    trainer.fit(train_data, verbose=False, saved=False, show_progress=False)
    save_file(lists(model, dataset, test_data, shop), folder / "theirs.safetensors")
    instances = len(train_data.dataset)
    steps = len(train_data)
    report = dict(epochSeconds=seconds, preparationSeconds=prepared, instances=instances, stepsPerEpoch=steps)
    (folder / "theirs.json").write_text(json.dumps(report))
