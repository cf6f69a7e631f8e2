"""Principal components by scikit-learn: the variant is its `svd_solver`."""

from sklearn.decomposition import PCA

from common import read

DIMENSIONS = 256


def open_case(folder, context):
    items = read(folder, "items", context.device)["items"].cpu().numpy()

    def fitted():
        model = PCA(DIMENSIONS, svd_solver=context.variant, random_state=0)
        model.fit_transform(items)
        return model

    def check():
        shares = fitted().explained_variance_ratio_
        return [shares[0], shares[-1], shares.sum()]

    def run(_):
        fitted()

    return {"run": run, "check": check}
