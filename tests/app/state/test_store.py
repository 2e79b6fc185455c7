"""The store of all visits stays within its memory and never mixes visitors."""

import numpy as np

from app.state.photo_session import PhotoSession
from app.state.store import Store


def visit(size: int = 100) -> PhotoSession:
    return PhotoSession(np.zeros((size, 1, 1), np.uint8), "image")


def test_what_is_put_is_got_under_its_own_key():
    store = Store()
    one, other = visit(), visit()
    first, second = store.put(one), store.put(other)
    assert first != second
    assert store.get(first) is one
    assert store.get(second) is other


def test_a_new_image_takes_the_place_of_the_visitors_old_one():
    store = Store()
    key = store.put(visit())
    new = visit()
    assert store.put(new, key) == key
    assert store.get(key) is new
    assert len(store) == 1


def test_nothing_is_under_no_key_an_unknown_one_or_a_dropped_one():
    store = Store()
    key = store.put(visit())
    store.drop(key)
    store.drop(None)
    assert store.get(None) is store.get("unknown") is store.get(key) is None


def test_the_visit_untouched_longest_makes_room():
    store = Store(limit=250)
    keys = [store.put(visit()) for _ in range(2)]
    store.get(keys[0])
    keys.append(store.put(visit()))
    assert [store.get(key) is not None for key in keys] == [True, False, True]


def test_a_visit_larger_than_the_limit_is_kept_alone():
    store = Store(limit=250)
    small, large = store.put(visit()), store.put(visit(1000))
    assert store.get(small) is None
    assert store.get(large) is not None
