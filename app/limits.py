"""What the page allows, in one place, each with its reason; less where it is hosted for everybody."""

import os

HOSTED = "SPACE_ID" in os.environ  # every Hugging Face Space sets it; strangers share two processor cores there

UPLOAD = "25mb" if HOSTED else "100mb"  # a phone's image, or ten seconds of its video; else what methods.images reads
PIXELS = 16_000_000 if HOSTED else 25_000_000  # of an image; phones take 12 million, methods.images gives 25 at most
QUEUE = 16 if HOSTED else 32  # waiting events; at 2 s a run the last one waits half a minute, at home a whole one
WAITING = 8  # of those that one visitor may have; a tab that opens asks six things at once
NETWORKERS = 4  # visitors whose networks take turns, run by run; each holds an image meanwhile, 75 MB at most
SHARE = 1  # of those, and of the DECODERS, that one visitor has at once: others' are free, whatever one asks
GPU_SECONDS = 10  # that ZeroGPU lends at most for one network's run, which takes one; short loans are given first
MEMORY = 512 * 2**20  # bytes of images and network outputs of all visitors; the rest of 2 GB is models and libraries
IDLE = 1800  # s; an open page that nobody touched for so long is forgotten with its image
SESSIONS = 256  # pages that may be open at once; each holds its shown image and its controls' state, about 1 MB
LEFT = 120  # s; whoever closed the page is forgotten; so long, because a phone's connection may break for a minute
FILE_AGE, SWEEP = 1800, 60  # s; how old files of visitors get, and how often they are looked through
DISK = (2 if HOSTED else 8) * 2**30  # bytes of all visitors' files; eighty of the largest uploads; a Space has 50
KNOWN = (
    200  # people of an image who keep their numbers; more than any image holds, and matching them takes milliseconds
)
LOWEST_CONFIDENCE = 0.05  # of a person whom the browser is sent; below it there are hundreds, nearly all of them nobody
MARKS = 300  # of one layer of intermediate outputs; about 60 kB, and as many as the eye can still tell apart
MAPPED_PEOPLE = 8  # whose crops' maps are shown, the best; 70 kB each, and more cover each other
SHOWN_SIDE = 1600  # px; the image as sent to the browser, sharp enough to zoom into on a large screen
DECODERS = 4  # threshold changes answered at once; each takes milliseconds
RANKED = 40  # people compared keypoint by keypoint; a longer list is not read, and it keeps a threshold's answer quick
VISIBILITY_PEOPLE = 40  # people of a method whose keypoints' visibility is judged; seven methods of them take 5 s
STRESS_SIDE = 800  # px; images are made worse at this size, which the networks' inputs do not exceed
TEXT = 4096  # characters of a line that is typed; the longest path that Linux takes
FILES = 1000  # in one input; as many as Gradio takes in one upload
BATCH = 8 if HOSTED else 24  # images at once; at 2 s each for all methods others wait so long: 16 s, at home 48 s
VIDEO_SECONDS, VIDEO_FRAMES = (5, 10) if HOSTED else (10, 30)  # frames are run one by one, as images of a batch
VIDEO_SIDE = 640  # px; 30 frames of it are 28 MB a visitor
DATASET_MEMORY = 256 * 2**20  # bytes of all visitors' own data sets and results; six of COCO val2017's with a method's
DATASET_JSON = 40_000_000  # bytes of all files; twice the results of all 5,000 images of COCO val2017
DATASET_PARSED = 160_000_000  # bytes that these files take when parsed, while they are read; 55,000 people's
DATASET_IMAGES = 20_000  # of a data set; four times COCO val2017
DATASET_METHODS = 12  # results files; colours and legends serve no more
DATASET_RESULTS = 40_000  # people in all results files; four methods on COCO val2017, matched in seconds, 200 MB
DATASET_PAIRS = 400_000  # detections with people of the same image; twice COCO val2017's, matched in 500 MB
RUN_IMAGES = 10 if HOSTED else 60  # of a visitor's own data set that methods preview at; 2 s each, and others wait
CASES = 24  # crops at once; about 15 kB each
CARD_PEOPLE = 40  # drawn in one of them, the nearest; more cover each other, and 5,000 would be 4 MB a card
TIMED_RUNS = 3  # of each method on the image in Compare, after one that warms up; their median is shown
TIMED = 5  # scenes on which each method's time is measured; a few seconds for all
# A folder on the server can be named only where nobody but the machine's own user sees the page.
ADDRESS = os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1")
LOCAL = not HOSTED and "GRADIO_SHARE" not in os.environ and ADDRESS in ("127.0.0.1", "localhost")
