"""The tab Compare, by what a visitor sees of its events."""

import json

from app.messages import NO_IMAGE, NO_METHOD

YOLO = "yolo11n-pose"
ONLY = {"methods": [YOLO]}
CONFIDENCE = f"{YOLO}-pose_confidence"


def panels(viewer):
    """The viewer's panels by name."""
    return {panel["name"]: panel for panel in viewer["value"]["panels"]}


def test_without_a_image_or_a_method_it_says_so(visitor, bus):
    for event in ("run_again", "change_methods", "show_when_run"):
        assert visitor.see(event)["notice"]["value"] == NO_IMAGE
    theirs = visitor.upload("theirs.json", b"[]")
    assert visitor.see("import_results", {"import": theirs})["notice"]["value"] == NO_IMAGE
    visitor.choose(bus, [YOLO])
    assert visitor.see("change_methods", {"methods": []})["notice"]["value"] == NO_METHOD


def test_a_sample_is_shown_at_once_looked_into_afterwards_and_timed_when_asked(visitor, bus):
    (panel,) = panels(visitor.choose(bus, [YOLO])).values()
    assert (len(panel["people"]), panel["ran"], panel["imported"]) == (3, False, False)
    visitor.see("measure")
    asked = {"layers": {YOLO: [layer["name"] for layer in panel["layers"]]}}
    (again,) = panels(visitor.see("change_layers", event_data=asked)["viewer"]).values()
    assert [person["id"] for person in again["people"]] == [person["id"] for person in panel["people"]]
    assert again["ran"]
    assert all(layer["marks"] for layer in again["layers"])
    assert again["timing"] is None  # one run tells little
    (timed,) = panels(visitor.see("run_again")["viewer"]).values()
    assert timed["timing"]["forward"] > 0


def test_a_image_of_ones_own_is_run_and_named(visitor):
    seen = visitor.see("open_upload", {**ONLY, "image": visitor.image()})
    assert seen["notice"]["value"] == ""
    assert seen["image"]["value"] is None  # the drop zone is empty for the next one
    assert panels(seen["viewer"])[YOLO]["ran"]
    assert seen["viewer"]["image"]["src"].startswith("data:image/jpeg;base64,")
    broken = visitor.see("open_upload", {**ONLY, "image": visitor.upload("broken.jpg", b"no image")})
    assert broken["notice"]["value"].startswith("broken.jpg is not a JPEG")
    assert "viewer" not in broken


def test_results_are_imported_and_refused_with_one_sentence(visitor, bus, make_detection):
    visitor.choose(bus, [YOLO])
    theirs = json.dumps([make_detection(1, 100.0, 200.0, 0.5)]).encode()
    seen = visitor.see("import_results", {"import": visitor.upload("theirs.json", theirs)})
    assert seen["notice"]["value"] == ""
    assert list(panels(seen["viewer"])) == [YOLO, "theirs.json"]
    imported = panels(seen["viewer"])["theirs.json"]
    assert (len(imported["people"]), imported["timing"], imported["imported"]) == (1, None, True)
    refused = visitor.see("import_results", {"import": visitor.upload("theirs.json", b"{")})
    assert "is not JSON" in refused["notice"]["value"]
    assert "viewer" not in refused


def link(visitor):
    """The query of the link to what the visitor sees."""
    return visitor.see("make_link")["share"]["value"]["query"]


def follow(visitor, **query):
    """What the page shows that was opened by such a link."""
    joined = visitor.client.post("/queue/join", params=query, json=visitor.body("open_link"))
    return visitor.seen("open_link", visitor.answer(joined.raise_for_status().json()["event_id"]).output)


def test_a_link_opens_its_sample_and_a_wrong_one_is_answered_in_one_sentence(visitor):
    setting = {f"{YOLO}.pose_confidence": "0.02"}
    seen = follow(visitor, sample="bus", methods=YOLO, **setting)
    assert seen["methods"]["value"] == [YOLO]
    assert seen["notice"]["value"] == ""
    assert seen[CONFIDENCE]["value"] == 0.02
    assert link(visitor) == f"?sample=bus&methods={YOLO}&{YOLO}.pose_confidence=0.02&tab=compare"
    assert len(panels(seen["viewer"])[YOLO]["people"]) > 3
    assert "moon" in follow(visitor, sample="moon")["notice"]["value"]


def move(visitor, setting, value, method=YOLO):
    """Move a slider; the panels afterwards."""
    seen = visitor.see(f"change_{method}_{setting}", {f"{method}-{setting}": value})
    assert seen["notice"]["value"] == ""
    return panels(seen["viewer"])


def test_a_slider_decodes_again_and_the_same_people_keep_their_numbers(visitor, bus):
    before = panels(visitor.choose(bus, [YOLO]))[YOLO]["people"]
    visitor.see("measure")
    after = move(visitor, "pose_confidence", 0.05)[YOLO]["people"]
    assert len(after) > len(before)
    boxes = {person["id"]: person["box"] for person in after}
    assert all(boxes[person["id"]] == person["box"] for person in before)


def test_a_slider_tells_its_own_value_and_the_next_one_adds_to_it(visitor, bus):
    visitor.choose(bus, [YOLO])
    visitor.see("measure")
    nobody = move(visitor, "pose_confidence", 0.99)[YOLO]
    assert (nobody["people"], nobody["note"][:21]) == ([], "No person above 0.99;")
    more = move(visitor, "pose_confidence", 0.02)[YOLO]["people"]
    again = move(visitor, "pose_confidence", 0.9, "kapao-n")[YOLO]["people"]
    assert [person["id"] for person in again] == [person["id"] for person in more]
    assert f"{YOLO}.pose_confidence=0.02" in link(visitor)


def test_a_preset_moves_every_slider_and_decodes_once(visitor, bus):
    visitor.choose(bus, [YOLO])
    visitor.see("measure")
    seen = visitor.see("change_to_evaluation")
    assert seen["notice"]["value"] == ""
    assert seen[CONFIDENCE]["value"] < 0.01
    assert len(panels(seen["viewer"])[YOLO]["people"]) > 3


def test_a_forgotten_page_is_answered_with_what_it_shows_as_soon_as_a_image_is_opened(visitor, bus):
    """The server was started anew, or the visitor was away for long: a new state under an old page."""
    told = {"kapao-n-pose_confidence": 0.9}
    assert visitor.see("change_kapao-n_pose_confidence", told)["notice"]["value"] == NO_IMAGE
    sample = {"index": bus, "value": None}
    seen = visitor.see("open_sample", {"methods": [YOLO, "kapao-n"], CONFIDENCE: 0.3}, event_data=sample)
    assert seen["notice"]["value"] == ""
    assert f"{YOLO}.pose_confidence=0.3" in link(visitor)
    assert "kapao-n.pose_confidence=0.9" in link(visitor)


def from_left(panel):
    """Numbers and colours of a panel's people from left to right."""
    return [(person["id"], person["colour"]) for person in sorted(panel["people"], key=lambda one: one["box"][0])]


def test_a_person_keeps_number_and_colour_in_every_tab(visitor, bus):
    in_compare = from_left(panels(visitor.choose(bus, [YOLO]))[YOLO])
    visitor.see("stress", {"stress-kind": "Darken"})
    clean = visitor.see("show_level", {"stress-level": 0})["stress-viewer"]
    hardly = {"visibility-threshold": 0.0}  # next to nothing is left of anybody
    filtered = visitor.see("show", hardly)["visibility-viewer"]
    steps = visitor.see("show_steps", {"inside-method": YOLO})["inside-viewer"]
    for panel in (*panels(clean).values(), *panels(filtered).values(), steps["value"]["panels"][-1]):
        assert from_left(panel) == in_compare, panel["name"]


def test_one_confidence_for_all_methods_and_candidates_to_move_it_with(visitor, bus):
    chosen = visitor.choose(bus, [YOLO])
    visitor.see("measure")
    (before,) = panels(visitor.see("show_when_run")["viewer"]).values()
    assert before["filter"]["people"] == 0.5
    seen = visitor.see("send_candidates", event_data={"methods": [YOLO, "nothing"]})
    sent = json.loads(seen["viewer"]["candidates"])
    assert sent[YOLO]["key"] == before["filter"]["candidates"]
    seen = visitor.see("change_confidence", event_data={"confidence": 0.06})
    (after,) = panels(seen["viewer"]).values()
    assert after["filter"] == before["filter"] | {"people": 0.06}
    shown = [each["person"] for each in sent[YOLO]["people"] if each["up_to"] >= 0.06]
    assert [(each["id"], each["box"]) for each in shown] == [(each["id"], each["box"]) for each in after["people"]]
    assert len(after["people"]) > len(panels(chosen)[YOLO]["people"])
    assert seen["kapao-n-pose_confidence"]["value"] == 0.06
    assert "from 0 to 1" in str(visitor.ask("change_confidence", event_data={"confidence": 2}).output)


def test_a_forgotten_image_is_gone(visitor, bus):
    visitor.choose(bus, [YOLO])
    seen = visitor.see("forget_image")
    assert (seen["viewer"]["value"], seen["viewer"]["image"]) == (None, {})
    assert visitor.see("show_when_run")["notice"]["value"] == NO_IMAGE
    assert visitor.see("follow")["inside-viewer"]["value"] is None
