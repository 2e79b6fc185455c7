"""The report on a visitor's files as HTML."""

from app.components.report import shown


def test_names_from_files_are_text_and_the_subject_stands_out():
    found = shown(["Category: <i>a: b</i> (id 1).", "Compared on 3 keypoints."])
    assert "<li><b>Category:</b> &lt;i&gt;a: b&lt;/i&gt; (id 1).</li>" in found
    assert "<li>Compared on 3 keypoints.</li>" in found
    assert shown([]) == ""
