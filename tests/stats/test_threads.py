"""A verb that asks for it has its matrix products on one core, in whichever thread it runs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from threadpoolctl import threadpool_info

from cxcase.stats.threads import one_blas_thread


@one_blas_thread
def blas_threads() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_products_keep_to_one_core_in_every_thread() -> None:
    assert blas_threads() == {1}
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(blas_threads).result() == {1}
