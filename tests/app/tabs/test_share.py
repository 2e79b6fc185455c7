"""Links to a view, by what a visitor sees of their events."""

from app.views import OWN_IMAGE

YOLO = "yolo11n-pose"


def follow(visitor, **query):
    """What the page shows of its tabs that was opened by such a link."""
    joined = visitor.client.post("/queue/join", params=query, json=visitor.body("open_view"))
    return visitor.seen("open_view", visitor.answer(joined.raise_for_status().json()["event_id"]).output)


def test_a_link_to_a_view_names_tab_sample_methods_and_what_was_chosen_there(visitor, bus):
    visitor.choose(bus, [YOLO])
    visitor.see("turn_to", event_data={"value": "Look inside"})
    made = visitor.see("make_link", {"inside-method": "posedet-n"})["share"]["value"]
    assert made["query"] == f"?sample=bus&methods={YOLO}&tab=look-inside&method=posedet-n"
    assert made["note"] == ""
    seen = follow(visitor, sample="bus", tab="look-inside", method="posedet-n")
    assert seen["inside-method"]["value"] == "posedet-n"
    assert "notice" not in seen


def test_controls_of_other_tabs_are_in_no_link(visitor):
    visitor.see("turn_to", event_data={"value": "Failures"})
    made = visitor.see("make_link", {"inside-method": "posedet-n", "failure-part": "Quizzes"})["share"]["value"]
    assert "posedet-n" not in made["query"].partition("&tab=")[2]
    assert made["query"].endswith("&tab=failures&part=Quizzes")


def test_a_wrong_link_turns_to_its_tab_and_says_what_is_wrong(visitor):
    seen = follow(visitor, tab="stress", stress="Earthquake")
    assert seen["notice"]["value"].startswith("The link sets stress to 'Earthquake'; choose from: ")
    assert "stress-kind" not in seen
    assert follow(visitor, tab="nowhere") == {}


def test_a_visitors_own_image_is_in_no_link_and_that_is_said(visitor):
    visitor.see("open_upload", {"methods": [YOLO], "image": visitor.image()})
    made = visitor.see("make_link")["share"]["value"]
    assert made["note"] == OWN_IMAGE
    assert "sample" not in made["query"]
