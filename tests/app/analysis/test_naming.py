"""Names of results files as names of methods."""

from app.analysis.naming import free_name, method_name


def test_a_method_is_called_after_its_file_and_numbered_where_that_is_taken():
    assert method_name("folder/kapao.json") == "kapao"
    assert method_name("kapao.json", {"kapao": 1, "kapao (2)": 2}) == "kapao (3)"
    assert free_name("a", ()) == "a"
