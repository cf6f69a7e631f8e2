"""Our instances of BERT4Rec for RecBole's loader, model, loss and trainer: whole training prefixes, masked in copies.

RecBole's own are augmented prefixes whose last item is never learned, with masks capped per history; its loss counts no
target in the first slot, and it drops the oldest item before it recommends. So every history begins with a padded slot
here (with two before it recommends, of which it drops one), and every other slot can be a target.
"""

import numpy as np
import torch
from recbole.data.dataloader import TrainDataLoader
from recbole.data.interaction import Interaction

SEQUENCE, LENGTH = "item_id_list", "item_length"


class Prefixes:
    """Histories as RecBole's item numbers in `slots` places."""

    def __init__(self, shop, dataset, slots):
        self.slots = slots
        self.offsets, self.items = shop["offsets"], shop["items"]
        names = dataset.id2token("item_id", np.arange(1, dataset.item_num)).astype(np.int64)
        self.numbers = np.empty(names.max() + 1, dtype=np.int64)
        self.numbers[names] = np.arange(1, dataset.item_num)

    @property
    def users(self):
        return len(self.offsets) - 1

    def rows(self, users, held_out, padded):
        """The newest items of each user but the last `held_out`, behind `padded` empty slots: sequences and lengths."""
        sequences = np.zeros((len(users), self.slots), dtype=np.int64)
        lengths = np.zeros(len(users), dtype=np.int64)
        for row, user in enumerate(users):
            items = self.items[self.offsets[user] : self.offsets[user + 1] - held_out][-(self.slots - padded) :]
            lengths[row] = padded + len(items)
            sequences[row, padded : lengths[row]] = self.numbers[items]
        return torch.from_numpy(sequences), torch.from_numpy(lengths)


class Masks:
    """In place of RecBole's transform: the last item alone, or each with a share; one at random where none was drawn."""

    def __init__(self, mask_share, last_share, mask_token, seed):
        self.mask_share, self.last_share, self.mask_token = mask_share, last_share, mask_token
        self.random = np.random.default_rng(seed)

    def __call__(self, _, interaction):
        sequences, lengths = interaction[SEQUENCE].numpy(), interaction[LENGTH].numpy()
        rows, slots = sequences.shape
        chosen = (self.random.random((rows, slots)) < self.mask_share) & (sequences > 0)
        last = self.random.random(rows) < self.last_share
        one = 1 + np.floor(self.random.random(rows) * (lengths - 1)).astype(np.int64)
        for row in range(rows):
            if last[row] or not chosen[row].any():
                chosen[row] = False
                chosen[row, lengths[row] - 1 if last[row] else one[row]] = True
        places = np.zeros((rows, chosen.sum(1).max()), dtype=np.int64)
        for row in range(rows):
            found = np.flatnonzero(chosen[row])
            places[row, : len(found)] = found
        targets = np.take_along_axis(sequences, places, 1)
        masked = np.where(chosen, self.mask_token, sequences)
        named = {"Mask_item_id_list": masked, "Pos_item_id": targets, "Neg_item_id": np.zeros_like(targets), "MASK_INDEX": places}
        interaction.update(Interaction({name: torch.from_numpy(values) for name, values in named.items()}))
        return interaction


def training_loader(config, train_data, prefixes, cloze):
    """A loader of `copies` masked forms of every user's prefix."""
    users = np.tile(np.arange(prefixes.users), cloze["copies"])
    sequences, lengths = prefixes.rows(users, held_out=2, padded=1)
    data = train_data.dataset
    items = sequences.gather(1, (lengths - 1)[:, None])[:, 0]
    data.inter_feat = Interaction({"user_id": torch.from_numpy(users) + 1, "item_id": items, SEQUENCE: sequences, LENGTH: lengths})
    loader = TrainDataLoader(config, data, train_data._sampler, shuffle=True)
    loader.transform = Masks(cloze["maskShare"], cloze["lastShare"], data.item_num, config["seed"])
    return loader


def ask_behind_prefixes(test_data, dataset, prefixes):
    """Histories of the test questions: all but the test item, and room for the mask."""
    feats = test_data.dataset.inter_feat
    users = dataset.id2token("user_id", feats["user_id"].numpy()).astype(np.int64)
    sequences, lengths = prefixes.rows(users, held_out=1, padded=2)
    feats.update(Interaction({SEQUENCE: sequences, LENGTH: lengths}))
